using Prosodia.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

/// <summary>On a tree of the release's layout that is generated from the published list of its four-class utterances.</summary>
public sealed class IemocapTests : IClassFixture<IemocapTests.Release>
{
    private readonly string _folder;

    public IemocapTests(Release release)
    {
        Assert.SkipUnless(release.Folder is not null, "no list of IEMOCAP's utterances");
        _folder = release.Folder!.Path;
    }

    [Fact]
    public void Four_classes_have_5531_utterances_of_ten_speakers_in_five_sessions()
    {
        var manifest = Iemocap.Read(_folder);
        Assert.Equal(5531, manifest.Utterances.Count);
        Assert.Equal(10, manifest.Speakers.Count);
        Assert.Equal([1085, 1023, 1151, 1031, 1241], manifest.Utterances.GroupBy(Session).OrderBy(s => s.Key).Select(s => s.Count()));
        Assert.Equal([1103, 1636, 1708, 1084], manifest.Emotions.Select(e => manifest.Utterances.Count(u => u.Emotion == e)));
        Assert.Empty(manifest.Problems);
    }

    [Fact]
    public void Speakers_are_who_speaks_as_the_published_list_has_it()
    {
        var speakers = File.ReadLines(TestData.Folds("iemocap4.csv")).Skip(1).Select(l => l.Split(',')).ToDictionary(c => Path.GetFileName(c[0]), c => c[1]);
        Assert.All(Iemocap.Read(_folder).Utterances, u => Assert.Equal(speakers[Path.GetFileName(u.Path)], u.Speaker));
    }

    [Fact]
    public void Without_excited_4490_are_left() => Assert.Equal(4490, Iemocap.Read(_folder, excitedIsHappy: false).Utterances.Count);

    [Fact]
    public void Improvised_and_scripted_are_the_two_parts()
    {
        var improvised = Iemocap.Read(_folder, style: IemocapStyle.Improvised).Utterances;
        var scripted = Iemocap.Read(_folder, style: IemocapStyle.Scripted).Utterances;
        Assert.Equal(5531, improvised.Count + scripted.Count);
        Assert.All(improvised, u => Assert.Contains("impro", u.Path, StringComparison.Ordinal));
        Assert.All(scripted, u => Assert.Contains("script", u.Path, StringComparison.Ordinal));
    }

    private static string Session(Utterance u) => u.Details.First(d => d.Key == "session").Value;

    /// <summary>The tree: label files with other classes between, and a WAV file an utterance.</summary>
    public sealed class Release : IDisposable
    {
        internal TemporaryFolder? Folder { get; }

        public Release()
        {
            var list = Path.Combine(TestData.CorporaFolder, "..", "folds", "iemocap4.csv");
            if (!File.Exists(list)) return;
            Folder = new TemporaryFolder();
            foreach (var dialog in File.ReadLines(list).Skip(1).Select(l => l.Split(',')).GroupBy(c => Path.GetDirectoryName(c[0])!))
            {
                var session = Folder[dialog.Key.Split('/')[0]];
                Directory.CreateDirectory(Folder[dialog.Key]);
                Directory.CreateDirectory(Path.Combine(session, "dialog", "EmoEvaluation"));
                var name = Path.GetFileName(dialog.Key);
                var lines = new List<string> { "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]", "" };
                foreach (var columns in dialog)
                {
                    File.WriteAllBytes(Folder[columns[0]], []);
                    lines.Add($"[6.2901 - 8.2357]\t{Path.GetFileNameWithoutExtension(columns[0])}\t{columns[3]}\t[2.5000, 2.5000, 2.5000]");
                    lines.Add("C-E2:\tNeutral;\t()");
                    lines.Add("");
                }
                lines.Add($"[9.1 - 9.8]\t{name}_F900\tfru\t[2.0000, 3.0000, 3.0000]");
                File.WriteAllLines(Path.Combine(session, "dialog", "EmoEvaluation", name + ".txt"), lines);
            }
        }

        public void Dispose() => Folder?.Dispose();
    }
}

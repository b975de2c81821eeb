using System.Text.Json;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Onnx;
using Prosodia.Tests.Encoders;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Corpora;

/// <summary>
/// On a tree of the release's layout that is generated from the published list of its four-class utterances.
/// </summary>
[Trait("Tier", "Slow")]
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
        Assert.Equal(
            [1085, 1023, 1151, 1031, 1241],
            manifest.Utterances.GroupBy(Session).OrderBy(s => s.Key).Select(s => s.Count())
        );
        Assert.Equal(
            [1103, 1636, 1708, 1084],
            manifest.Emotions.Select(e => manifest.Utterances.Count(u => u.Emotion == e))
        );
        Assert.Empty(manifest.Problems);
    }

    [Fact]
    public void Speakers_are_who_speaks_as_the_published_list_has_it()
    {
        var speakers = File.ReadLines(TestData.Folds("iemocap4.csv"))
            .Skip(1)
            .Select(l => l.Split(','))
            .ToDictionary(c => Path.GetFileName(c[0]), c => c[1]);
        Assert.All(Iemocap.Read(_folder).Utterances, u => Assert.Equal(speakers[Path.GetFileName(u.Path)], u.Speaker));
    }

    [Fact]
    public void Without_excited_4490_are_left() =>
        Assert.Equal(4490, Iemocap.Read(_folder, excitedIsHappy: false).Utterances.Count);

    [Fact]
    public void Improvised_and_scripted_are_the_two_parts()
    {
        var improvised = Iemocap.Read(_folder, style: IemocapStyle.Improvised).Utterances;
        var scripted = Iemocap.Read(_folder, style: IemocapStyle.Scripted).Utterances;
        Assert.Equal(5531, improvised.Count + scripted.Count);
        Assert.All(improvised, u => Assert.Contains("impro", u.Path, StringComparison.Ordinal));
        Assert.All(scripted, u => Assert.Contains("script", u.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void With_all_of_them_other_emotions_are_looked_for_as_well()
    {
        var manifest = Iemocap.Read(_folder, isWhole: true);
        Assert.Equal(5531, manifest.Utterances.Count);
        // the tree labels one frustrated utterance a dialog, and has no recording of it
        Assert.Equal(
            manifest.Utterances.Select(u => Path.GetDirectoryName(u.Path)).Distinct().Count(),
            manifest.Problems.Count
        );
    }

    [Fact]
    public void Each_rater_is_read()
    {
        var manifest = Iemocap.Read(_folder);
        var first = manifest.Utterances[0];
        Assert.Equal(["E2", "E3", "E4"], Ratings.Raters(first.Details.Select(d => d.Key)));
        Assert.Equal(["neutral", "sad"], Ratings.CategoriesOf(first, "E3"));
        Assert.Equal(2, Ratings.ValuesOf(first, "valence").Count());
        Assert.Single(Ratings.ValuesOf(first, "arousal")); // one rater gave none
        var table = VoteTable.Of(manifest.Utterances, "");
        Assert.Equal(["angry", "happy", "neutral", "sad"], table.Labels); // excited is happy
        Assert.All(table.Votes, v => Assert.Equal(3, v.Sum(), 1e-9));
    }

    [Fact]
    public void Three_dimensions_are_evaluated_in_one_command()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Invoke("import", "iemocap", _folder, "--out", folder["iemocap.csv"]).Code);
        SmallModels.Convolutions(1, 257, 63).Write(folder["small.onnx"]);
        var run = Invoke(
            "evaluate",
            folder["iemocap.csv"],
            "--target",
            "valence:1:5.5",
            "--target",
            "arousal:1:5",
            "--target",
            "dominance:1:5",
            "--protocol",
            "leave-one-session-out",
            "--model",
            "paper",
            "--encoder",
            "onnx:" + folder["small.onnx"],
            "--epochs",
            "1",
            "--head",
            "mean",
            "--out",
            folder["run"]
        );
        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Errors));
        var results = JsonDocument.Parse(File.ReadAllText(folder["run/results.json"])).RootElement;
        Assert.Equal(
            [1085, 1023, 1151, 1031, 1241],
            results.GetProperty("folds").EnumerateArray().Select(f => f.GetProperty("n_test").GetInt32())
        );
        Assert.Equal(
            ["valence", "arousal", "dominance"],
            results.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("name").GetString())
        );
        // two raters gave valence, so that people have a figure of their own; one gave arousal
        Assert.True(results.GetProperty("targets")[0].TryGetProperty("people", out _));
        Assert.False(results.GetProperty("targets")[1].TryGetProperty("people", out _));
        Assert.Equal(5531, File.ReadLines(folder["run/predictions.csv"]).Count() - 1);
    }

    [Theory]
    [InlineData(5531, 1085, 1023, 1151, 1031, 1241)]
    [InlineData(4490, 0, 0, 0, 0, 0, "--without-excited")]
    public void The_papers_evaluation_runs_on_all_of_it(
        int count,
        int one,
        int two,
        int three,
        int four,
        int five,
        params string[] import
    )
    {
        using var folder = new TemporaryFolder();
        // so that the protocols take the time, not the network
        SmallModels.Convolutions(1, 257, 63).Write(folder["small.onnx"]);
        Assert.Equal(0, Invoke(["import", "iemocap", _folder, "--out", folder["iemocap.csv"], .. import]).Code);
        var run = Invoke(
            "reproduce",
            folder["iemocap.csv"],
            "--model",
            "paper",
            "--encoder",
            "onnx:" + folder["small.onnx"],
            "--epochs",
            "1",
            "--head",
            "mean",
            "--out",
            folder["run"]
        );
        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Errors));
        Assert.Contains("Not given and so left out: EMO-DB, RAVDESS.", run.Output, StringComparison.Ordinal);
        string[][] rows = [.. File.ReadLines(folder["run/reproduction.csv"]).Skip(1).Select(l => l.Split(','))];
        Assert.Equal(["speaker-dependent", "speaker-independent", "leave-one-session-out"], rows.Select(r => r[1]));
        Assert.All(rows, r => Assert.Equal("0.7225", r[^1]));
        int[] Tested(string protocol) =>
            [
                .. JsonDocument
                    .Parse(File.ReadAllText(folder[$"run/iemocap/{protocol}/results.json"]))
                    .RootElement.GetProperty("folds")
                    .EnumerateArray()
                    .Select(f => f.GetProperty("n_test").GetInt32()),
            ];
        Assert.Equal(count, Tested("speaker-dependent").Sum());
        Assert.Equal(5, Tested("speaker-independent").Length);
        var sessions = Tested("leave-one-session-out");
        Assert.Equal(count, sessions.Sum());
        if (one > 0)
            Assert.Equal([one, two, three, four, five], sessions);
    }

    private static string Session(Utterance u) => u.Details.First(d => d.Key == "session").Value;

    /// <summary>The tree: label files with other classes between, and a WAV file an utterance.</summary>
    public sealed class Release : IDisposable
    {
        internal TemporaryFolder? Folder { get; }

        public Release()
        {
            var list = Path.Combine(TestData.CorporaFolder, "..", "folds", "iemocap4.csv");
            if (!File.Exists(list))
                return;
            Folder = new TemporaryFolder();
            var pitch = 0;
            foreach (
                var dialog in File.ReadLines(list)
                    .Skip(1)
                    .Select(l => l.Split(','))
                    .GroupBy(c => Path.GetDirectoryName(c[0])!)
            )
            {
                var session = Folder[dialog.Key.Split('/')[0]];
                Directory.CreateDirectory(Folder[dialog.Key]);
                Directory.CreateDirectory(Path.Combine(session, "dialog", "EmoEvaluation"));
                var name = Path.GetFileName(dialog.Key);
                var lines = new List<string> { "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]", "" };
                foreach (var columns in dialog)
                {
                    // no two alike, or they would leak
                    WavWriter.Write(Folder[columns[0]], TestData.Sine(200 + pitch++, 16_000, 4_800));
                    lines.Add(
                        "[6.2901 - "
                            + $"8.2357]\t{Path.GetFileNameWithoutExtension(columns[0])}\t{columns[3]}\t"
                            + $"[{1 + pitch % 5}.5000, {1 + pitch / 5 % 5}.0000, 2.{pitch % 10}000]"
                    );
                    // as the release has them: three raters, then what the actors say of themselves
                    lines.Add("C-E2:\tNeutral;\t()");
                    lines.Add("C-E3:\tNeutral state; Sadness;\t()");
                    lines.Add($"C-E4:\t{(pitch % 2 == 0 ? "Anger" : "Excited")};\t()");
                    lines.Add("C-F1:\tFrustration;\t()");
                    lines.Add($"A-E3:\tval {1 + pitch % 5}; act {1 + pitch / 5 % 5}; dom  3;\t()");
                    lines.Add("A-E4:\tval 2; act ; dom 2;\t()");
                    lines.Add("A-F1:\tval 5; act 5; dom 5;\t()");
                    lines.Add("");
                }
                lines.Add($"[9.1 - 9.8]\t{name}_F900\tfru\t[2.0000, 3.0000, 3.0000]");
                File.WriteAllLines(Path.Combine(session, "dialog", "EmoEvaluation", name + ".txt"), lines);
            }
        }

        public void Dispose() => Folder?.Dispose();
    }
}

using System.Globalization;
using System.Text;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Formats;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>Annotations as people make them in spreadsheets and in Praat.</summary>
public sealed class AnnotationTests : IDisposable
{
    private const string Header = "path,channel,start_s,end_s,speaker,answer\n";

    private static readonly float[] Ramp = [.. Enumerable.Range(0, 14 * 16_000).Select(i => i % 20_000 / 32768f)];

    private readonly TemporaryFolder _folder = new();

    public AnnotationTests() => WavWriter.Write(_folder["call.wav"], Ramp);

    [Theory]
    [InlineData("call.wav,0,\"1,5\",\"2,75\",call,angry\n", 1.5, 1.25)]
    [InlineData("call.wav,0,1.5,2.75,call,angry\n\n,,,,,\n", 1.5, 1.25)]
    [InlineData("call.wav,,1.5,2.75,call,angry,,\n", 1.5, 1.25)]
    public void Times_and_blank_rows_are_read(string rows, double start, double seconds)
    {
        File.WriteAllText(_folder["a.csv"], Header + rows);
        var manifest = AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]);
        Assert.Empty(manifest.Problems);
        var clip = AudioFile.Read(Assert.Single(manifest.Utterances).Path).Samples;
        Assert.Equal(Ramp[(int)(start * 16_000)..(int)((start + seconds) * 16_000)], clip);
    }

    [Fact]
    public void A_bad_row_costs_no_other_row_and_is_named()
    {
        File.WriteAllText(
            _folder["a.csv"],
            Header
                + "call.wav,0,1,2,a,sad\ncall.wav,0,\"1.234,5\",2,a,sad\ncall.wav,0,3,2,a,sad\n"
                + "call.wav,x,3,4,a,sad\ncall.wav,0,1,5,2,a,sad\ncall.wav,0,5,6,b,angry\n"
        );
        var manifest = AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]);
        Assert.Equal(2, manifest.Utterances.Count);
        Assert.Equal(
            [3, 4, 5, 6],
            manifest.Problems.Select(p =>
                int.Parse(p.Message.Split("line ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)
            )
        );
    }

    [Fact]
    public void Clips_never_share_a_name()
    {
        File.WriteAllText(
            _folder["a.csv"],
            Header + "call.wav,0,0,2,a,sad\ncall.wav,0,0,9,a,happy\ncall.wav,0,0,9,b,angry\ncall.wav,0,0.0001,2,a,sad\n"
        );
        var manifest = AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]);
        Assert.Equal(4, manifest.Utterances.Select(u => u.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal([2, 9, 9, 2], manifest.Utterances.Select(u => Math.Round(AudioFile.Read(u.Path).Seconds)));
    }

    [Fact]
    public void Clips_of_recordings_whose_names_meet_stay_apart()
    {
        foreach (var name in new[] { "a/talk.wav", "b/talk.wav", "talk-1.wav", "TALK.wav" })
            WavWriter.Write(_folder[name], Ramp);
        File.WriteAllText(
            _folder["a.csv"],
            Header + "a/talk.wav,0,0,2,a,sad\nb/talk.wav,0,0,3,a,sad\ntalk-1.wav,0,0,4,a,sad\nTALK.wav,0,0,5,a,sad\n"
        );
        var manifest = AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]);
        Assert.Equal([2, 3, 4, 5], manifest.Utterances.Select(u => Math.Round(AudioFile.Read(u.Path).Seconds)).Order());
    }

    [Fact]
    public void A_path_that_names_two_files_is_refused()
    {
        WavWriter.Write(_folder["here/talk.wav"], Ramp);
        File.WriteAllText(_folder["a.csv"], Header + $"{Path.GetRelativePath(".", _folder["call.wav"])},0,0,2,a,sad\n");
        Assert.Single(AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]).Utterances); // from the working folder
        File.WriteAllText(_folder["gone/a.csv".Replace("gone/", "")], Header + "missing.wav,0,0,2,a,sad\n");
        Assert.Contains(
            "does not exist",
            Assert.Throws<InputException>(() => AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            Assert
                .Throws<InputException>(() => AnnotationImporter.Cut(_folder["gone/a.TextGrid"], _folder["clips"]))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Only_tiers_of_emotions_are_read_unless_others_are_asked_for()
    {
        Grid(
            "call.TextGrid",
            Tier("words", (0, 1, "Der"), (1, 2, "Lappen")),
            Tier("feeling", (0, 2, "angry"), (3, 5, "Sad")),
            Tier("notes", (0, 9, "door"))
        );
        var manifest = AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]);
        Assert.Equal(["angry", "Sad"], manifest.Utterances.Select(u => u.Emotion));
        Assert.Contains("'words', 'notes'", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
        Assert.Equal(
            ["Der", "Lappen"],
            AnnotationImporter
                .Cut(_folder["call.TextGrid"], _folder["clips"], ["words"])
                .Utterances.Select(u => u.Emotion)
        );
        Assert.Contains(
            "'feeling'",
            Assert
                .Throws<InputException>(() =>
                    AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"], ["wrds"])
                )
                .Message,
            StringComparison.Ordinal
        );
        Grid("call.TextGrid", Tier("words", (0, 1, "Der"), (1, 2, "Lappen")));
        Assert.Contains(
            "--tier",
            Assert
                .Throws<InputException>(() => AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]))
                .Message,
            StringComparison.Ordinal
        );
        Grid("call.TextGrid", Tier("emotion", (0, 1, "so la la"), (1, 2, "meh")));
        Assert.Equal(2, AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]).Utterances.Count);
    }

    [Theory]
    [InlineData("call.a.wav", "call.b.wav")]
    [InlineData("call.TextGrid.bak", "call.json")]
    [InlineData("call-2.wav", "xcall.wav")]
    public void The_recording_of_exactly_its_name_wins(params string[] others)
    {
        foreach (var other in others)
            WavWriter.Write(_folder[other], new float[32_000]);
        Grid("call.TextGrid", Tier("emotion", (1, 2, "sad")));
        Assert.Equal(
            Ramp[16_000..32_000],
            AudioFile
                .Read(AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]).Utterances[0].Path)
                .Samples
        );
    }

    [Fact]
    public void Points_and_other_raters_are_named_or_read()
    {
        Grid(
            "call.TextGrid",
            Tier("rater 2", (0, 2, "angry")),
            "        class = \"TextTier\"\n        name = \"moments\"\n        xmin = 0\n        xmax = 14\n     "
                + "   points: size = 1\n        points [1]:\n            number = 3\n            mark = \"sad\"\n"
        );
        var manifest = AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]);
        Assert.Equal("call", Assert.Single(manifest.Utterances).Speaker); // a rater is no channel
        Assert.Contains("'moments' has 1 labeled points", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_without_emotion_are_none_whatever_their_case()
    {
        File.WriteAllText(
            _folder["a.csv"],
            Header + "call.wav,0,1,2,a,Sad\ncall.wav,0,2,3,a,Unsure\ncall.wav,0,3,4,a,No speech \n"
        );
        Assert.Equal(
            "Sad",
            Assert.Single(AnnotationImporter.Cut(_folder["a.csv"], _folder["clips"]).Utterances).Emotion
        );
    }

    [Fact]
    public void Two_recordings_of_one_name_are_refused()
    {
        File.Copy(_folder["call.wav"], _folder["call.flac"]);
        Grid("call.TextGrid", Tier("emotion", (1, 2, "sad")));
        Assert.Contains(
            "call.flac, call.wav",
            Assert
                .Throws<InputException>(() => AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]))
                .Message,
            StringComparison.Ordinal
        );
        File.Move(_folder["call.TextGrid"], _folder["call.wav.TextGrid"]); // as predict names it then
        Assert.Single(AnnotationImporter.Cut(_folder["call.wav.TextGrid"], _folder["clips"]).Utterances);
    }

    [Fact]
    public void What_begins_before_or_ends_after_the_recording_is_clipped_with_a_warning()
    {
        Grid("call.TextGrid", Tier("emotion", (-0.5, 2, "angry"), (12, 99, "sad"), (-3, -1, "happy")));
        var manifest = AnnotationImporter.Cut(_folder["call.TextGrid"], _folder["clips"]);
        Assert.Equal([2.0, 2.0], manifest.Utterances.Select(u => AudioFile.Read(u.Path).Seconds));
        Assert.Equal(2, manifest.Warnings.Count);
        Assert.Contains("'happy'", Assert.Single(manifest.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.06", "2,06", true)]
    [InlineData("2.06", "2..06", false)]
    [InlineData("2.06", "-", false)]
    [InlineData("text = \"angry\"", "text = angry", false)]
    [InlineData("text = \"angry\"", "text = \"said \"no\" angry\"", false)]
    [InlineData("text = \"happy\"", "text = \"said \"no\"", false)]
    [InlineData("intervals: size = 3", "intervals: size = 2", false)]
    [InlineData("intervals: size = 3", "intervals: size = 4", false)]
    [InlineData("intervals: size = 3", "! 17 \"remarks\" by hand\n        intervals: size = 3", true)]
    public void No_label_is_dropped_in_silence(string text, string by, bool read)
    {
        Grid("call.TextGrid", Tier("emotion", (0, 2.06, "angry"), (3, 5, "sad"), (6, 8, "happy")));
        File.WriteAllText(
            _folder["call.TextGrid"],
            File.ReadAllText(_folder["call.TextGrid"]).Replace(text, by, StringComparison.Ordinal)
        );
        if (read)
            Assert.Equal(3, TextGrid.Read(_folder["call.TextGrid"]).Count);
        else
            Assert.Matches(
                "line |ends where",
                Assert.Throws<InputException>(() => TextGrid.Read(_folder["call.TextGrid"])).Message
            );
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    public void Long_and_short_forms_in_any_encoding_are_read(string encoding)
    {
        var shorter =
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n14\n<exists>\n2\n\"IntervalTier\"\n"
            + "\"name = \"\"x\"\"\"\n0\n14\n1\n0\n2\n\"ärger\"\n\"TextTier\"\n\"bells\"\n0\n14\n1\n3\n\"ding\"\n";
        File.WriteAllText(_folder["s.TextGrid"], shorter, Encoding.GetEncoding(encoding));
        Assert.Equal(
            [new TextGridInterval("name = \"x\"", 0, 2, "ärger"), new TextGridInterval("bells", 3, 3, "ding")],
            TextGrid.Read(_folder["s.TextGrid"])
        );
        Grid("l.TextGrid", Tier("a", (0, 2, "ärger 1 \"\"2\"\"")));
        File.WriteAllText(
            _folder["l.TextGrid"],
            File.ReadAllText(_folder["l.TextGrid"]),
            Encoding.GetEncoding(encoding)
        );
        Assert.Equal([new TextGridInterval("a", 0, 2, "ärger 1 \"2\"")], TextGrid.Read(_folder["l.TextGrid"]));
    }

    public void Dispose() => _folder.Dispose();

    private static string Tier(string name, params (double From, double To, string Label)[] intervals) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"        class = \"IntervalTier\" \n        name = \"{name}\" \n        xmin = 0 \n        xmax = "
                + $"14 \n        intervals: size = {intervals.Length} \n"
        )
        + string.Concat(
            intervals.Select(
                (v, i) =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"        intervals [{i + 1}]:\n            xmin = {v.From} \n            xmax = {v.To} "
                            + $"\n            text = \"{v.Label}\" \n"
                    )
            )
        );

    private void Grid(string name, params string[] tiers) =>
        File.WriteAllText(
            _folder[name],
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = 14 \ntiers? <exists> "
                + $"\nsize = {tiers.Length} \nitem []: \n"
                + string.Concat(tiers.Select((t, i) => $"    item [{i + 1}]:\n{t}"))
        );
}

using CsCheck;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

public sealed class ManifestTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var text = Gen.String["abcxyz ,;\"'äß-_0123"].Where(t => t.Trim().Length > 0 && t.Trim() == t);
        Gen.Select(text, text, text, text)
            .Array[1, 8]
            .Sample(
                rows =>
                {
                    var manifest = new Manifest(
                        "m",
                        [
                            .. rows.Index()
                                .Select(r => new Utterance(
                                    folder[$"{r.Index}{r.Item.Item1}.wav"],
                                    r.Item.Item2,
                                    r.Item.Item3
                                )
                                {
                                    Sex = "female",
                                    Details = [new("text", r.Item.Item4)],
                                }),
                        ],
                        []
                    );
                    manifest.Write(folder["m.csv"]);
                    var read = Manifest.Read(folder["m.csv"]);
                    Assert.Empty(read.Problems);
                    Assert.Equal(
                        manifest.Utterances.Select(u =>
                            (Path.GetFullPath(u.Path), u.Speaker, u.Emotion, u.Sex, u.Details[0])
                        ),
                        read.Utterances.Select(u =>
                            (Path.GetFullPath(u.Path), u.Speaker, u.Emotion, u.Sex, u.Details[0])
                        )
                    );
                },
                iter: 200,
                threads: 1
            );
    }

    [Fact]
    public void Paths_are_relative_to_the_manifest()
    {
        using var folder = new TemporaryFolder();
        new Manifest("m", [new Utterance(folder["wav/a.wav"], "1", "sad")], []).Write(folder["lists/m.csv"]);
        Assert.Equal("path,speaker,sex,emotion\n../wav/a.wav,1,,sad\n", File.ReadAllText(folder["lists/m.csv"]));
    }

    [Theory]
    [InlineData("speaker;path;Emotion\n7;a.wav;sad\n")]
    [InlineData("path\tspeaker\temotion\tnote\na.wav\t7\tsad\tx\n")]
    [InlineData("\ufeffpath,speaker,emotion\r\na.wav,7,sad\r\n")]
    public void Spreadsheets_may_have_changed_delimiter_order_and_case(string text)
    {
        var manifest = Read(text);
        Assert.Equal(("7", "sad"), (manifest.Utterances[0].Speaker, manifest.Utterances[0].Emotion));
    }

    [Fact]
    public void Rows_with_gaps_or_twins_are_told_and_the_others_kept()
    {
        var manifest = Read("path,speaker,emotion\na.wav,1,sad\nb.wav,,sad\na.wav,2,happy\na.wav,3,happy\nc.wav,2,\n");
        Assert.Single(manifest.Utterances);
        Assert.Equal(3, manifest.Problems.Count);
        Assert.Contains("line 3: has no speaker", manifest.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("a.wav is listed again", manifest.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_learnt_a_recording_may_be_listed_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], "path,speaker,emotion\na.wav,1,sad\na.wav,1,sad\n");
        var problems = new List<InputException>();
        Assert.Equal(2, ManifestReader.Read(folder["m.csv"], problems, mayRepeat: true).Count());
        Assert.Empty(problems);
    }

    [Fact]
    public void Rows_may_be_parts_of_files()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["m.csv"],
            "path,start,end,speaker,emotion,text\n"
                + "a.wav,1.5,3,1,sad,x\na.wav,3,,2,sad,\na.wav,,,3,sad,\na.wav,1.5,3,4,sad,\n"
                + "a.wav,3,2,1,sad,\na.wav,-1,2,1,sad,\na.wav,one,2,1,sad,\n"
        );
        var manifest = Manifest.Read(folder["m.csv"]);
        Assert.Equal(["#t=1.5,3", "#t=3", ""], manifest.Utterances.Select(u => u.Part.ToString()));
        Assert.Equal("x", manifest.Utterances[0].Details.Single().Value);
        Assert.Equal(
            ["listed again", "from 3 to 2 s", "from -1 to 2 s", "'one' as start"],
            manifest.Problems.Zip(
                ["listed again", "from 3 to 2 s", "from -1 to 2 s", "'one' as start"],
                (p, says) => p.Message.Contains(says, StringComparison.Ordinal) ? says : p.Message
            )
        );
        manifest.Write(folder["n.csv"]);
        Assert.Equal(
            ["path,speaker,sex,emotion,start,end,text", "a.wav,1,,sad,1.5,3,x", "a.wav,2,,sad,3,,", "a.wav,3,,sad,,,"],
            File.ReadAllLines(folder["n.csv"])
        );
    }

    [Theory]
    [InlineData("path,emotion\na.wav,sad\n", "no column 'speaker'")]
    [InlineData("", "no column 'path'")]
    [InlineData("path,speaker,emotion\n", "lists no recording")]
    public void Files_that_cannot_be_used_say_why(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InputException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_table_can_be_read_by_naming_its_columns()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["t.csv"], "File,Agent,Label,Call\na.wav,x,angry,17\n");
        var columns = new Dictionary<string, string>
        {
            ["path"] = "file",
            ["speaker"] = "agent",
            ["emotion"] = "label",
            ["sex"] = "sex",
        };
        var utterance = Manifest.Read(folder["t.csv"], columns).Utterances.Single();
        Assert.Equal(("x", "angry"), (utterance.Speaker, utterance.Emotion));
        Assert.Equal([new("Call", "17")], utterance.Details);
    }

    private static Manifest Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], text);
        return Manifest.Read(folder["m.csv"]);
    }
}

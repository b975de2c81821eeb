using Prosodia.Evaluation.Corpora;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Corpora;

/// <summary>What raters said, in manifests and in the tables of corpora.</summary>
public sealed class RatingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_raters_become_one_row_a_recording()
    {
        Text(
            "ratings.csv",
            """
            path,speaker,emotion,rater,arousal,topic
            a.wav,s1,angry,anna,4,weather
            a.wav,s1,angry+sad,ben,3,weather
            a.wav,s1,sad,cem,,weather
            b.wav,s2,happy,anna,2,food
            b.wav,s2,sad,ben,1,food
            """
        );
        var manifest = Manifest.Read(_folder["ratings.csv"]);
        Assert.Empty(manifest.Problems);
        Assert.Equal(["no agreement", "no agreement"], manifest.Utterances.Select(u => u.Emotion));
        var first = manifest.Utterances[0];
        Assert.Equal("3.5", first.Detail("arousal"));
        Assert.Equal("weather", first.Detail("topic"));
        Assert.Equal(("1.5", "1.5"), (first.Detail("votes:angry"), first.Detail("votes:sad")));
        Assert.Equal("angry+sad", first.Detail("emotion:ben"));
        Assert.Equal(["4", "3"], Ratings.ValuesOf(first, "arousal"));
        Assert.Equal("", first.Detail("rater"));
    }

    [Fact]
    public void What_is_wrong_with_rows_of_raters_is_reported_and_the_others_are_used()
    {
        Text(
            "ratings.csv",
            """
            path,speaker,emotion,rater
            a.wav,s1,angry,anna
            a.wav,s1,sad,anna
            a.wav,s2,sad,ben
            a.wav,s1,angry,
            b.wav,s2,happy,anna
            """
        );
        var manifest = Manifest.Read(_folder["ratings.csv"]);
        Assert.Equal(["angry", "happy"], manifest.Utterances.Select(u => u.Emotion));
        Assert.Equal(3, manifest.Problems.Count);
        Assert.Contains("line 3", manifest.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("another rating of", manifest.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("names the speaker s2", manifest.Problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("does not say who rated", manifest.Problems[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Imported_rows_of_raters_are_read_back_the_same()
    {
        Text("ratings.csv", "file,who,label,rater,valence\na.wav,s1,angry,x,1\na.wav,s1,angry,y,2\nb.wav,s2,sad,x,4\n");
        File.WriteAllBytes(_folder["a.wav"], []);
        Assert.Equal(
            0,
            Invoke(
                "import",
                "csv",
                _folder["ratings.csv"],
                "--columns",
                "path=file,speaker=who,emotion=label",
                "--out",
                _folder["m.csv"]
            ).Code
        );
        var manifest = Manifest.Read(_folder["m.csv"]);
        Assert.Equal(["angry", "sad"], manifest.Utterances.Select(u => u.Emotion));
        Assert.Equal(["1.5", "4"], manifest.Utterances.Select(u => u.Detail("valence")));
        Assert.Equal("2", manifest.Utterances[0].Detail("votes:angry"));
    }

    [Theory]
    [InlineData("", "path,speaker,emotion,votes:sad,votes:angry\na.wav,1,x,2,3\nb.wav,1,x,,1.5\n")]
    [InlineData(
        "face",
        "path,speaker,emotion,votes_face:sad,votes_face:angry,votes:sad\na.wav,1,x,2,3,9\nb.wav,1,x,,1.5,9\n"
    )]
    public void Votes_are_read_from_their_columns(string set, string text)
    {
        Text("m.csv", text);
        var table = VoteTable.Of(Manifest.Read(_folder["m.csv"]).Utterances, set);
        Assert.Equal(["angry", "sad"], table.Labels);
        Assert.Equal([3, 2], table.Votes[0]);
        Assert.Equal([1.5, 0], table.Votes[1]);
    }

    [Theory]
    [InlineData("votes:sad", "many", "has 'many' as votes:sad")]
    [InlineData("votes:sad", "-1", "has '-1' as votes:sad")]
    [InlineData("votes_face:sad", "1", "Choose with --vote-set: face")]
    [InlineData("note", "1", "votes:angry")]
    public void Votes_that_cannot_be_counted_are_errors_that_say_where(string column, string cell, string message)
    {
        Text("m.csv", $"path,speaker,emotion,{column}\na.wav,1,x,{cell}\n");
        var utterances = Manifest.Read(_folder["m.csv"]).Utterances;
        Assert.Contains(
            message,
            Assert.Throws<InputException>(() => VoteTable.Of(utterances, "")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("arousal", "0.5", 0.5)]
    [InlineData("arousal:0:1", "0.5", 0.5)]
    [InlineData("arousal:0:1", "0,5", 0.5)]
    [InlineData("arousal", "", null)]
    [InlineData("arousal:1:5", "0.5", double.NaN)]
    [InlineData("arousal", "high", double.NaN)]
    public void Numbers_are_read_and_those_out_of_range_refused(string target, string cell, double? expected)
    {
        var utterance = new Utterance("a.wav", "1", "x") { Details = [new("arousal", cell)] };
        var parsed = NumericTarget.Parse(target)!;
        if (expected is double.NaN)
            Assert.Contains("a.wav", Assert.Throws<InputException>(() => parsed.ValueOf(utterance)).Message);
        else
            Assert.Equal(expected, parsed.ValueOf(utterance));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:1")]
    [InlineData("a:2:1")]
    [InlineData("a:x:1")]
    public void Targets_that_mean_nothing_are_no_targets(string text) => Assert.Null(NumericTarget.Parse(text));

    [Fact]
    public void CREMA_D_has_votes_and_intensities_of_voice_face_and_both()
    {
        var manifest = CremaD.Read(Path.Combine(TestData.Corpora(), "cremad"));
        var table = VoteTable.Of(manifest.Utterances, "");
        Assert.Equal(["angry", "disgusted", "fearful", "happy", "neutral", "sad"], table.Labels);
        Assert.Equal(153, table.Votes.Count(v => Ratings.Majority(table.Labels, v) is null));
        Assert.Equal(973, table.Votes.Count(v => Ratings.Majority(table.Labels, v) == "neutral"));
        var one = manifest.Utterances.First(u => u.Path.Contains("1006_IEO_HAP_LO", StringComparison.Ordinal));
        Assert.Equal([0, 1, 1, 2, 4, 1], table.Votes[manifest.Utterances.ToList().IndexOf(one)]);
        Assert.Equal(56.889, new NumericTarget("intensity", 0, 100).ValueOf(one)!.Value, 1e-3);
        Assert.Equal("low", one.Detail("acted_intensity"));
        Assert.Equal(("happy", "55"), (one.Detail("perceived_face"), one.Detail("perceived_face_level")));
        foreach (var set in new[] { "face", "both" })
            Assert.All(VoteTable.Of(manifest.Utterances, set).Votes, v => Assert.True(v.Sum() > 0));
        Assert.All(manifest.Utterances, u => Assert.NotNull(new NumericTarget("intensity_both").ValueOf(u)));
    }

    [Fact]
    public void Corpora_with_votes_are_joined_whatever_their_emotions_and_labels_map_votes()
    {
        Text("one.csv", "path,speaker,emotion,votes:anger,votes:joy\na.wav,1,posed,3,1\n");
        Text("two.csv", "path,speaker,emotion,emotion:x,emotion:y\nb.wav,1,natural,angry,delight+rage\n");
        Text("labels.csv", "emotion,label\nanger,angry\nrage,angry\njoy,happy\ndelight,\n");
        Manifest[] manifests = [Manifest.Read(_folder["one.csv"]), Manifest.Read(_folder["two.csv"])];
        var joined = JoinedCorpora.Of(manifests, LabelMap.Read(_folder["labels.csv"]), isByEmotion: false).Manifest;
        Assert.Equal(2, joined.Utterances.Count);
        var first = joined.Utterances[0];
        Assert.Equal(("3", "1"), (first.Detail("votes:angry"), first.Detail("votes:happy")));
        Assert.Equal(["angry"], Ratings.CategoriesOf(joined.Utterances[1], "y"));
        Assert.Throws<InputException>(() => JoinedCorpora.Of(manifests, LabelMap.Unchanged));
    }

    [Theory]
    [InlineData("Rater")]
    [InlineData("RATER")]
    public void The_column_of_raters_is_found_whatever_its_case(string column)
    {
        Text("m.csv", $"path,speaker,emotion,{column}\na.wav,1,sad,x\na.wav,1,sad,y\n");
        Assert.Equal("2", Manifest.Read(_folder["m.csv"]).Utterances.Single().Detail("votes:sad"));
        Text("empty.csv", $"path,speaker,emotion,{column}\na.wav,1,sad,\n");
        Assert.Contains(
            "does not say who rated",
            Assert.Throws<InputException>(() => Manifest.Read(_folder["empty.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    private void Text(string name, string text) => File.WriteAllText(_folder[name], text + "\n");
}

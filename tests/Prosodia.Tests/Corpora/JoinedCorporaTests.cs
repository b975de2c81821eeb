using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Xunit;

namespace Prosodia.Tests.Corpora;

public sealed class JoinedCorporaTests : IDisposable
{
    private static readonly Manifest German = Corpus("german", 4, "angry", "sad", "bored"),
        English = Corpus("english", 3, "anger", "sad", "calm");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Only_what_all_corpora_call_alike_is_kept_and_the_rest_is_named()
    {
        var error = Assert.Throws<InputException>(() => JoinedCorpora.Of([German, English], LabelMap.Unchanged));
        Assert.Contains(
            "have 1 emotion(s) in common; they have anger, angry, bored, calm, sad",
            error.Message,
            StringComparison.Ordinal
        );
        var joined = JoinedCorpora.Of([German, English], Labels("emotion,label\nanger,angry\nbored,\n"));
        Assert.Equal(["angry", "sad"], joined.Manifest.Emotions);
        Assert.Equal("Only emotions that every corpus has: angry, sad; left out: calm.", joined.Note);
        Assert.Equal(
            ["english/0", "english/1", "english/2", "german/0", "german/1", "german/2", "german/3"],
            joined.Manifest.Speakers
        );
    }

    [Fact]
    public void A_row_may_hold_for_one_corpus_only()
    {
        var labels = Labels("corpus,emotion,label\nenglish,anger,angry\nenglish,calm,bored\n,sad,down\n");
        Assert.Equal(["angry", "bored", "down"], JoinedCorpora.Of([German, English], labels).Manifest.Emotions);
    }

    [Fact]
    public void Each_corpus_is_tested_on_what_was_learnt_from_the_others()
    {
        var joined = JoinedCorpora.Of([German, English], Labels("emotion,label\nanger,angry\n")).Manifest;
        var splits = new LeaveOneOut("corpus", Manifest.CorpusColumn).Split(joined.Utterances, 1);
        Assert.Equal(["english", "german"], splits.Select(s => s.Name));
        Assert.All(splits, s => Assert.All(s.Test, u => Assert.Equal(s.Name, u.Detail("corpus"))));
        Assert.All(
            splits,
            s => Assert.All(s.Train.Concat(s.Validation), u => Assert.NotEqual(s.Name, u.Detail("corpus")))
        );
        Assert.Contains(
            "several manifests",
            Assert
                .Throws<InputException>(() =>
                    new LeaveOneOut("corpus", Manifest.CorpusColumn).Split(German.Utterances, 1)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("emotion,name\nsad,down\n", "needs the columns emotion and label")]
    [InlineData("emotion,label\nsad,down\nsad,low\n", "calls sad both down and low")]
    public void A_map_that_says_nothing_clear_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InputException>(() => Labels(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_manifests_of_one_name_are_refused() =>
        Assert.Contains(
            "two manifests",
            Assert.Throws<InputException>(() => JoinedCorpora.Of([German, German], LabelMap.Unchanged)).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();

    private LabelMap Labels(string text)
    {
        File.WriteAllText(_folder["labels.csv"], text);
        return LabelMap.Read(_folder["labels.csv"]);
    }

    private static Manifest Corpus(string name, int speakers, params string[] emotions) =>
        new(
            name,
            [
                .. from s in Enumerable.Range(0, speakers)
                from e in emotions
                select new Utterance($"{name}/{s}-{e}.wav", $"{s}", e),
            ],
            []
        );
}

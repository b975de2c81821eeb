using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Xunit;

namespace Prosodia.Tests.Evaluation;

/// <summary>Protocols that keep sentences, languages or conditions apart, or take a corpus's own split.</summary>
public sealed class SentenceAndColumnProtocolTests
{
    private static readonly Utterance[] Corpus =
    [
        .. from speaker in Enumerable.Range(0, 10)
        from sentence in Enumerable.Range(0, 10)
        from emotion in new[] { "happy", "sad" }
        select new Utterance($"{speaker}-{sentence}-{emotion}.wav", $"{speaker}", emotion)
        {
            Details =
            [
                new(Manifest.TextColumn, $"{sentence}"),
                new(Manifest.LanguageColumn, sentence % 2 == 0 ? "German" : "Polish"),
                new(
                    Manifest.SplitColumn,
                    speaker < 6 ? "Train"
                        : speaker < 8 ? "Test1"
                        : "Test2"
                ),
            ],
        },
    ];

    [Theory]
    [InlineData("sentence-independent", 5, false)]
    [InlineData("speaker-and-sentence-independent", 25, true)]
    public void Sentences_are_kept_apart(string name, int folds, bool speakersToo)
    {
        var splits = Protocol.Parse(name)!.Split(Corpus, seed: 1);
        Assert.Equal(folds, splits.Count);
        Assert.All(
            splits,
            fold =>
            {
                Assert.Empty(Texts([.. fold.Train, .. fold.Validation]).Intersect(Texts(fold.Test)));
                if (speakersToo)
                    Assert.Empty(Speakers([.. fold.Train, .. fold.Validation]).Intersect(Speakers(fold.Test)));
                else
                    Assert.Empty(Texts(fold.Train).Intersect(Texts(fold.Validation)));
            }
        );
        // each recording is the test once
        Assert.Equal(Corpus.Length, splits.Sum(f => f.Test.Count));
        Assert.Equal(Corpus.Length, splits.SelectMany(f => f.Test).Distinct().Count());
        Assert.Equal(
            splits.Select(f => f.Test.Select(u => u.Path)),
            Protocol.Parse(name)!.Split(Corpus, seed: 1).Select(f => f.Test.Select(u => u.Path))
        );
    }

    [Fact]
    public void A_language_of_its_own_speakers_is_left_out()
    {
        Utterance[] apart =
        [
            .. Corpus.Where(u => u.Detail(Manifest.LanguageColumn) == (u.Speaker[0] < '5' ? "German" : "Polish")),
        ];
        var folds = Protocol.Parse("leave-one-language-out")!.Split(apart, 1);
        Assert.Equal(["German", "Polish"], folds.Select(f => f.Name));
        Assert.All(folds, f => Assert.All(f.Test, u => Assert.Equal(f.Name, u.Detail(Manifest.LanguageColumn))));
    }

    [Fact]
    public void Where_speakers_speak_several_languages_speakers_are_left_out_as_well()
    {
        var folds = Protocol.Parse("leave-one-language-out")!.Split(Corpus, 1);
        Assert.Equal(10, folds.Count);
        Assert.All(
            folds,
            f =>
            {
                Utterance[] known = [.. f.Train, .. f.Validation];
                Assert.Empty(Speakers(known).Intersect(Speakers(f.Test)));
                Assert.NotEqual(Language(known).Single(), Language(f.Test).Single());
            }
        );
        Assert.Equal(Corpus.Length, folds.SelectMany(f => f.Test).Distinct().Count());

        static IEnumerable<string> Language(IEnumerable<Utterance> of) =>
            of.Select(u => u.Detail(Manifest.LanguageColumn)).Distinct();
    }

    [Fact]
    public void An_official_split_is_taken_as_it_is()
    {
        var folds = Protocol.Parse("official")!.Split(Corpus, 1);
        Assert.Equal(["Test1", "Test2"], folds.Select(f => f.Name));
        Assert.Equal(["6", "7"], Speakers(folds[0].Test));
        Assert.Equal(6, Speakers([.. folds[0].Train, .. folds[0].Validation]).Length);
        Assert.Contains(
            "has no test",
            Assert.Throws<InputException>(() => Protocol.Parse("official")!.Split([.. Corpus.Take(20)], 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("sentence-independent", "has no text")]
    [InlineData("leave-one-condition-out", "has no condition")]
    public void What_is_missing_in_the_manifest_is_named(string protocol, string message) =>
        Assert.Contains(
            message,
            Assert
                .Throws<InputException>(() => Protocol.Parse(protocol)!.Split([new Utterance("a.wav", "A", "sad")], 1))
                .Message,
            StringComparison.Ordinal
        );

    private static string[] Texts(IEnumerable<Utterance> of) =>
        [.. of.Select(u => u.Detail(Manifest.TextColumn)).Distinct().Order(StringComparer.Ordinal)];

    private static string[] Speakers(IEnumerable<Utterance> of) => of.Speakers();
}

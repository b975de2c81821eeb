using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Reports;
using Prosodia.Recognition;
using Prosodia.Training.Export;
using Xunit;

namespace Prosodia.Tests.Training.Export;

[Trait("Tier", "Slow")]
public sealed class CrossCorpusStudyTests
{
    private const int Corpora = 3,
        SpeakersEach = 6,
        RecordingsEach = 6;

    [Fact]
    public void Every_model_is_tested_on_every_corpus_that_it_does_not_know()
    {
        var corpus = Shifted();
        var result = new CrossCorpusStudy(corpus, 1).Run(_ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c"], result.Corpora);
        Assert.All(result.Figures, f => Assert.NotEqual(f.Training, f.Test));
        Assert.All(result.Figures, f => Assert.Equal(SpeakersEach * RecordingsEach, f.Predictions.Count));
        // three left out in turn and six pairs, with five adaptations each
        Assert.Equal(5 * (3 + 6), result.Figures.Count);
        Assert.Equal(5, result.Matrices.Count);
        Assert.All(
            result.Matrices,
            m => Assert.Equal(["a", "b", "c", CrossCorpusResult.AllOthers], m.Rows.Select(r => r[0]))
        );
        Assert.Null(result.Matrices[0].Rows[1][2]); // trained on b, tested on b

        // the corpora are the same but for where their features lie
        var mean = result.Means;
        Assert.InRange(mean[CrossCorpusResult.Nothing].Ua, 0, 0.8);
        Assert.InRange(mean["collection"].Ua, mean[CrossCorpusResult.Nothing].Ua + 0.05, 1);
        Assert.InRange(mean["collection so far"].Ua, mean[CrossCorpusResult.Nothing].Ua + 0.01, 1);
        Assert.InRange(mean["collection"].Ua, mean["collection"].Ci95.Low!.Value, mean["collection"].Ci95.High!.Value);
        double At(int count) =>
            result.Curve.Where(p => p.Adaptation == "collection" && p.Recordings == count).Average(p => p.Ua);
        Assert.True(At(1) < At(20) && At(20) <= 1);

        var again = new CrossCorpusStudy(corpus, 1).Run(_ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(result.ToJson(), again.ToJson());
    }

    [Fact]
    public void Corpora_that_share_speakers_are_refused() =>
        Assert.Contains(
            "share speakers",
            Assert
                .Throws<InputException>(() =>
                    new CrossCorpusStudy(Shifted() with { IsApart = false }, 1).Run(
                        _ => { },
                        TestContext.Current.CancellationToken
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    private static ModelCorpus Shifted()
    {
        var random = new Random(5);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        string[] emotions = ["angry", "sad"];
        var (utterances, features) = (new List<Utterance>(), new List<float[]>());
        for (var c = 0; c < Corpora; c++)
        for (var s = 0; s < SpeakersEach; s++)
        for (var r = 0; r < RecordingsEach; r++)
        {
            var name = $"{"abc"[c]}-{s}-{r}";
            utterances.Add(
                new Utterance($"{name}.wav", $"{"abc"[c]}{s}", emotions[r % 2])
                {
                    Details = [new(Manifest.CorpusColumn, $"{"abc"[c]}")],
                }
            );
            features.Add([
                .. Enumerable
                    .Range(0, ModelFeatures.Acoustic.Names.Count)
                    .Select(f => (float)(Normal() + 0.7 * (f < 200 ? r % 2 : 0) + (f is > 20 and < 300 ? c - 1 : 0))),
            ]);
        }
        var examples = new Examples(
            [
                [.. features],
            ],
            [.. utterances.Select(u => Array.IndexOf(emotions, u.Emotion))],
            [.. utterances.Select(u => u.Speaker)],
            [.. utterances.Select(u => u.Detail(Manifest.CorpusColumn))],
            emotions
        );
        return new ModelCorpus(utterances, examples, IsApart: true, [], []);
    }
}

using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Training.Experiments;
using Prosodia.Training.Optimization;
using Xunit;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class NestedCrossValidationTests : IDisposable
{
    private const string Tested = "02";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_answer_that_only_test_speakers_have_cannot_be_found()
    {
        // Each emotion of this speaker becomes a pitch: who hears them knows which settings read pitches best.
        var honest = SyntheticCorpus.Write(_folder["honest"], seed: 1);
        var told = SyntheticCorpus.Write(_folder["told"], seed: 1);
        foreach (var u in told.Utterances.Where(u => u.Speaker == Tested))
            WavWriter.Write(
                u.Path,
                TestData.Sine(300 + 400 * Array.IndexOf([.. told.Emotions], u.Emotion), 16_000, 40_000)
            );

        var (_, before) = Tune("honest-run", honest);
        var (result, after) = Tune("told-run", told);

        IEnumerable<(string, double, double)> Of(IEnumerable<TuningTrial> trials, bool tested) =>
            trials.Where(t => t.Fold == Tested == tested).Select(t => (t.Setting, t.Value, t.Score));
        // the fold that tests the speaker learns nothing from it
        Assert.Equal(Of(before, tested: true), Of(after, tested: true));
        Assert.NotEqual(Of(before, tested: false), Of(after, tested: false)); // which the others do
        foreach (var fold in result.Folds)
        {
            var tried = after.Where(t => t.Fold == fold.Name && t.Setting == "beta").ToArray();
            Assert.Equal(tried.MaxBy(t => t.Score)!.Value, fold.Chosen!["beta"]);
        }
    }

    [Fact]
    public void Tuning_continues_from_what_was_finished_and_gives_the_same_bytes()
    {
        var corpus = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        var whole = Tune("whole", corpus).Result.ToJson();
        var kept = Directory.GetFiles(_folder["whole"], "*.json", SearchOption.AllDirectories);
        foreach (var half in kept.Where((_, i) => i % 2 == 0))
            File.Delete(half);
        Assert.Equal(whole, Tune("whole", corpus).Result.ToJson());
    }

    [Fact]
    public void Too_few_speakers_for_the_inner_folds_are_told() =>
        Assert.Contains(
            "too few for 6 groups",
            Assert
                .Throws<InputException>(() => Tune("run", SyntheticCorpus.Write(_folder["wav"], seed: 1), inner: 6))
                .Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();

    private (EvaluationResult Result, IReadOnlyList<TuningTrial> Trials) Tune(
        string name,
        Manifest whole,
        int inner = 2
    )
    {
        var manifest = whole with
        {
            Utterances = [.. whole.Utterances.Where(u => u.Speaker is "01" or Tested or "03" or "04" or "05")],
        };
        var options = new ExperimentOptions(
            Model.Compact,
            new SpeakerIndependent(),
            new KeySegmentOptions(),
            new TrainingOptions { Epochs = 2, ValidateEvery = 1 }
        );
        var tuning = new NestedCrossValidation<Prediction>(
            manifest,
            options,
            [
                new("beta", [1, 1.5], (o, v) => o with { KeySegments = o.KeySegments with { Beta = v } }),
                new(
                    "learning_rate",
                    [0.001, 0.003],
                    (o, v) => o with { Training = o.Training with { LearningRate = v } }
                ),
            ],
            inner,
            _folder[name],
            restart: false,
            PredictionKind.Classes
        );
        var (folds, corpus) = tuning.Run(_ => { }, default);
        return (new EvaluationResult(folds.Setup, corpus.Classes, folds.Folds), tuning.Trials);
    }
}

using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Recognition;
using Prosodia.Training.Learners;

namespace Prosodia.Training.Export;

/// <summary>
/// Numbers that a model predicts beside emotions, learned from the recordings that have them and measured on corpora
/// left out, or on speakers where only one corpus has them.
/// </summary>
/// <param name="corpus">The recordings.</param>
/// <param name="targets">The numbers.</param>
/// <param name="seed">Of all that is random.</param>
internal sealed class DimensionTraining(ModelCorpus corpus, IReadOnlyList<NumericTarget> targets, int seed)
{
    private const int Groups = 6,
        InnerGroups = 5;

    /// <summary>Says before anything is measured what would keep it from training.</summary>
    /// <exception cref="InputException">Too few recordings or speakers have the numbers.</exception>
    public static (IReadOnlyList<InputException> Problems, IReadOnlyList<string> Warnings) Check(
        Manifest manifest,
        IReadOnlyList<NumericTarget> targets,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count == 0)
            return ([], []);
        if (targets.FirstOrDefault(t => manifest.Emotions.Contains(t.Name)) is { } emotion)
            throw new InputException(manifest.Name, $"has {emotion.Name} as an emotion, too", "Rename the column");
        var (known, problems, warnings) = new Experiments.Truth(targets, null).Select(manifest.Utterances);
        if (known.Select(u => u.Detail(Manifest.CorpusColumn)).Distinct().Count() < 2)
            new SpeakerGroups(Groups).Split(known, seed);
        return (problems, warnings);
    }

    /// <summary>Trains.</summary>
    /// <param name="examples">What is read of the recordings.</param>
    /// <param name="training">The recordings that may be learned from.</param>
    /// <param name="scale">The scale of the features.</param>
    /// <param name="progress">Reports progress.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InputException">Too few recordings have the numbers.</exception>
    public (DimensionHead Head, ModelDimension[] Dimensions) Train(
        Examples examples,
        int[] training,
        QuantileNormalizer scale,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(training);
        var values = training
            .Select(u => (Place: u, Values: targets.Select(t => ValueOf(t, corpus.Utterances[u])).ToArray()))
            .Where(u => u.Values.All(v => v is not null))
            .ToDictionary(u => u.Place, u => u.Values.OfType<double>().ToArray());
        int[] known = [.. values.Keys];
        var ranges = targets.Select((t, i) => RangeOf(t, [.. values.Values.Select(v => v[i])])).ToArray();
        string[] corpora = [.. known.Select(u => examples.Corpora[u]).Distinct()];
        IProtocol protocol =
            corpora.Length > 1 ? new LeaveOneOut("corpus", Manifest.CorpusColumn) : new SpeakerGroups(Groups);
        var fitting = new DimensionFitting(examples, values);
        var splits = protocol.Split([.. known.Select(u => corpus.Utterances[u])], seed);
        var predictions = new List<ValuePrediction>();
        foreach (var (i, split) in splits.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var others = corpus.Numbers([.. split.Train, .. split.Validation]);
            var own = QuantileNormalizer.Fit([.. others.Select(u => examples.Versions[0][u])]);
            var head = fitting.Fit(GroupsOf(others, examples), own).Head;
            foreach (var u in corpus.Numbers(split.Test))
                predictions.Add(
                    new ValuePrediction(
                        corpus.Utterances[u].Name,
                        examples.Speakers[u],
                        values[u],
                        [
                            .. head.Apply(own.Apply(examples.Versions[0][u]))
                                .Select((v, t) => Math.Clamp(v, ranges[t].Low, ranges[t].High)),
                        ]
                    )
                );
            progress(new StageProgress("Training dimensions", i + 1, splits.Count + 1));
        }
        var final = fitting.Fit(GroupsOf(known, examples), scale);
        progress(new StageProgress("Training dimensions", splits.Count + 1, splits.Count + 1));
        return (
            final.Head,
            [
                .. targets.Select(
                    (target, t) =>
                    {
                        var figures = Evaluation.Runs.RegressionResult.Figures(predictions, t);
                        return new ModelDimension(
                            target.Name,
                            ranges[t].Low,
                            ranges[t].High,
                            known.Length,
                            protocol.Name,
                            figures.Ccc,
                            RegressionBootstrap.Intervals(predictions, t, seed)["ccc"].Limits(),
                            figures.Rmse,
                            HalfWidth(predictions, t)
                        );
                    }
                ),
            ]
        );
    }

    /// <summary>A number; null where there is none that can be used, which <see cref="Check"/> has reported.</summary>
    private static double? ValueOf(NumericTarget target, Utterance utterance)
    {
        try
        {
            return target.ValueOf(utterance);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static double? HalfWidth(IEnumerable<ValuePrediction> predictions, int target) =>
        ConformalInterval.HalfWidth([
            .. predictions.GroupBy(p => p.Speaker).Select(s => s.Select(p => p.Error(target)).ToArray()),
        ]);

    /// <summary>Corpora, where there are several; else speakers dealt into groups.</summary>
    private int[][] GroupsOf(int[] known, Examples examples)
    {
        int[][] corpora = [.. known.GroupBy(u => examples.Corpora[u]).Select(g => g.ToArray())];
        return corpora.Length > 1 ? corpora : InnerFolds.Of(known, examples.Speakers, InnerGroups, seed);
    }

    private static (double Low, double High) RangeOf(NumericTarget target, double[] values)
    {
        if (values.Length == 0 || values.Distinct().Count() < 2)
            throw new InputException(
                "the recordings to train on",
                values.Length == 0 ? $"have no number in {target.Name}" : $"all have the same {target.Name}",
                "Choose another --target"
            );
        return (target.Low ?? values.Min(), target.High ?? values.Max());
    }
}

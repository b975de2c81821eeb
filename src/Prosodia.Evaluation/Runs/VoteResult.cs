using Prosodia.Evaluation.Metrics;

namespace Prosodia.Evaluation.Runs;

/// <summary>A recording with the distribution of votes that is predicted for it.</summary>
/// <param name="Prediction">The prediction; its truth is empty where raters agree on no label.</param>
/// <param name="Shares">The share of raters who chose each class.</param>
/// <param name="Distribution">What is predicted of that.</param>
/// <param name="Labels">Which labels are predicted, where several may be.</param>
internal sealed record VotedPrediction(Prediction Prediction, double[] Shares, double[] Distribution, bool[] Labels)
{
    /// <summary>The Jensen-Shannon divergence of the two, in bits.</summary>
    public double JensenShannon => VoteMetrics.JensenShannon(Shares, Distribution);

    /// <summary>The Kullback-Leibler divergence of the predicted one from the votes, in bits.</summary>
    public double KullbackLeibler => VoteMetrics.KullbackLeibler(Shares, Distribution);

    /// <summary>Whether at least two raters of three agree.</summary>
    public bool IsClear => Shares.Max() >= VoteResult.ClearShare - 1e-9;
}

/// <summary>How well a model predicts what raters say, their disagreement included. Divergences are in bits.</summary>
/// <param name="Recordings">How many recordings, those without a majority among them.</param>
/// <param name="Tied">How many have no label that most raters chose.</param>
/// <param name="Jsd">Mean Jensen-Shannon divergence of the predicted distribution from the votes.</param>
/// <param name="JsdCi95">Its interval over speakers.</param>
/// <param name="JsdOfProbabilities">The same of the probabilities as they are, not calibrated to votes.</param>
/// <param name="JsdOfMean">The same of the mean distribution of the validation recordings, whatever the
/// recording.</param>
/// <param name="Kl">Mean Kullback-Leibler divergence.</param>
/// <param name="EntropyOfVotes">Mean entropy of the votes.</param>
/// <param name="EntropyPredicted">Mean entropy of the predicted distributions.</param>
/// <param name="EntropyCorrelation">Pearson's correlation of the two: whether the model knows where people
/// disagree.</param>
/// <param name="Clear">How many recordings are clear: two thirds of their raters agree at least.</param>
/// <param name="UaClear">UA on these; null of none.</param>
/// <param name="Ambiguous">How many others have a majority.</param>
/// <param name="UaAmbiguous">UA on those; null of none.</param>
/// <param name="SeveralLabelsF1">Macro F1 of all labels that more raters chose than by chance, at thresholds from
/// validation.</param>
/// <param name="People">How well raters agree with each other; null where no recording has two.</param>
internal sealed record VoteResult(
    int Recordings,
    int Tied,
    double Jsd,
    SpeakerInterval JsdCi95,
    double JsdOfProbabilities,
    double JsdOfMean,
    double Kl,
    double EntropyOfVotes,
    double EntropyPredicted,
    double EntropyCorrelation,
    int Clear,
    double? UaClear,
    int Ambiguous,
    double? UaAmbiguous,
    double SeveralLabelsF1,
    RaterAgreement? People
)
{
    /// <summary>The share of raters who agree on what is clear.</summary>
    public const double ClearShare = 2.0 / 3;

    /// <summary>
    /// The test recordings of folds, with distributions calibrated on each fold's validation recordings; empty where
    /// there are no votes.
    /// </summary>
    public static IReadOnlyList<(string Fold, VotedPrediction Prediction)> Predictions(
        IReadOnlyList<FoldResult<Prediction>> folds
    ) =>
        folds.Any(f => f.Test.Concat(f.Tied).Any(p => p.Votes is null))
            ? []
            : [.. folds.SelectMany(f => OfFold(f).Select(p => (f.Name, p)))];

    /// <summary>The figures of folds; null where there are no votes.</summary>
    /// <param name="folds">The folds.</param>
    /// <param name="predictions">Their <see cref="Predictions"/>.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    public static VoteResult? Of(
        IReadOnlyList<FoldResult<Prediction>> folds,
        IReadOnlyList<(string Fold, VotedPrediction Prediction)> predictions,
        IReadOnlyList<string> classes,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count == 0)
            return null;
        VotedPrediction[] all = [.. predictions.Select(p => p.Prediction)];
        var labeled = all.Where(p => p.Prediction.Truth.Length > 0).ToArray();
        Prediction[] clear = [.. labeled.Where(p => p.IsClear).Select(p => p.Prediction)],
            ambiguous = [.. labeled.Where(p => !p.IsClear).Select(p => p.Prediction)];
        double[] ofVotes = [.. all.Select(p => VoteMetrics.Entropy(p.Shares))],
            predicted = [.. all.Select(p => VoteMetrics.Entropy(p.Distribution))];
        return new VoteResult(
            all.Length,
            all.Length - labeled.Length,
            all.Average(p => p.JensenShannon),
            SpeakerBootstrap.MeanInterval([.. all.Select(p => (p.Prediction.Speaker, p.JensenShannon))], seed),
            all.Average(p => VoteMetrics.JensenShannon(p.Shares, p.Prediction.Probabilities)),
            folds.SelectMany(OfMean).Average(),
            all.Average(p => p.KullbackLeibler),
            ofVotes.Average(),
            predicted.Average(),
            RegressionMetrics.Of(ofVotes, predicted).Pearson,
            clear.Length,
            Ua(clear),
            ambiguous.Length,
            Ua(ambiguous),
            SeveralLabels.MacroF1([.. all.Select(p => p.Shares)], [.. all.Select(p => p.Labels)]),
            RaterAgreement.Of([.. all.Select(p => p.Prediction.Votes!)], seed)
        );

        double? Ua(Prediction[] of) => ClassificationMetrics.OfAny(of, classes)?.Ua;
    }

    private static IEnumerable<VotedPrediction> OfFold(FoldResult<Prediction> fold)
    {
        Prediction[] known = [.. fold.Validation, .. fold.TiedValidation];
        double[][] shares = [.. known.Select(SharesOf)];
        var calibration = VoteCalibration.Fit([.. known.Select(p => p.Probabilities)], shares);
        var thresholds = SeveralLabels.Thresholds(shares, [.. known.Select(p => calibration.Apply(p.Probabilities))]);
        return fold
            .Test.Concat(fold.Tied)
            .Select(p =>
            {
                var distribution = calibration.Apply(p.Probabilities);
                return new VotedPrediction(
                    p,
                    SharesOf(p),
                    distribution,
                    [.. distribution.Zip(thresholds, (d, t) => d >= t)]
                );
            });
    }

    /// <summary>How far the mean distribution of validation recordings is from each test recording.</summary>
    private static IEnumerable<double> OfMean(FoldResult<Prediction> fold)
    {
        double[][] known = [.. fold.Validation.Concat(fold.TiedValidation).Select(SharesOf)];
        double[] mean = [.. known[0].Select((_, c) => known.Average(s => s[c]))];
        return fold.Test.Concat(fold.Tied).Select(p => VoteMetrics.JensenShannon(SharesOf(p), mean));
    }

    private static double[] SharesOf(Prediction prediction) => VoteMetrics.Shares(prediction.Votes!);
}

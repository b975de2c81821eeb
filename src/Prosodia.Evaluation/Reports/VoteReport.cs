using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using ScottPlot;
using static System.FormattableString;

namespace Prosodia.Evaluation.Reports;

/// <summary>What a report says of the votes of raters: the model beside the people.</summary>
internal static class VoteReport
{
    /// <summary>The figures.</summary>
    public static ResultTable Table(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (votes, people) = (result.Votes!, result.Votes!.People);
        object?[] Row(string name, double? model, double? one = null, double? halves = null) =>
            [name, model, one, halves];
        return new ResultTable(
            $"Votes of raters, {votes.Recordings} recordings ({votes.Tied} without a majority); in bits",
            ["figure", "model", "one rater, the others", "half of the raters, the other half"],
            [
                Row("UA against the majority", result.Pooled.Ua, people?.Ua),
                Row("WA against the majority", result.Pooled.Wa, people?.Wa),
                Row($"UA, clear ({votes.Clear})", votes.UaClear),
                Row($"UA, ambiguous ({votes.Ambiguous})", votes.UaAmbiguous),
                Row("Jensen-Shannon divergence", votes.Jsd, people?.JsdOfOne, people?.JsdOfHalves),
                Row("the same, probabilities as they are", votes.JsdOfProbabilities),
                Row("the same of the mean distribution", votes.JsdOfMean),
                Row("Kullback-Leibler divergence", votes.Kl),
                Row("entropy of the votes", votes.EntropyOfVotes),
                Row("entropy predicted", votes.EntropyPredicted),
                Row("correlation of the two", votes.EntropyCorrelation),
                Row("multi-label macro F1", votes.SeveralLabelsF1),
            ]
        );
    }

    /// <summary>What was found, a sentence each.</summary>
    public static IReadOnlyList<string> Findings(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var votes = result.Votes!;
        return
        [
            Invariant(
                $"Votes: JSD {votes.Jsd:0.000} bits ({votes.JsdCi95}), UA {votes.UaClear:0.000} of {votes.Clear} clear "
            ) + Invariant($"and {votes.UaAmbiguous:0.000} of {votes.Ambiguous} ambiguous recordings"),
            .. votes.People is { } people
                ?
                [
                    Invariant(
                        $"People: UA {people.Ua:0.000} and WA {people.Wa:0.000} of one rater against the majority "
                    )
                        + Invariant($"of the others, JSD {people.JsdOfHalves:0.000} of half of the raters against the ")
                        + "other half"
                        + (
                            result.Pooled.Ua > people.Ua && result.Pooled.Wa > people.Wa
                                ? ". The model beats the agreement of people: ask what else it has learned"
                                : ""
                        ),
                ]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>The entropy that is predicted over that of the votes, and the mean distributions of both.</summary>
    public static byte[] Plot(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        VotedPrediction[] all = [.. result.Voted.Select(p => p.Prediction)];
        var entropy = PlotCanvas.NewPlot(
            "Do people disagree where the model expects it?",
            "entropy of votes",
            "predicted"
        );
        var points = entropy.Add.ScatterPoints(
            all.Select(p => Metrics.VoteMetrics.Entropy(p.Shares)).ToArray(),
            all.Select(p => Metrics.VoteMetrics.Entropy(p.Distribution)).ToArray(),
            PlotCanvas.OfCluster(0).WithAlpha(0.3)
        );
        points.MarkerSize = 4;
        entropy.Axes.SetLimits(0, Math.Log2(result.Classes.Count), 0, Math.Log2(result.Classes.Count));

        var means = PlotCanvas.NewPlot("Share of each label, all recordings", "", "share");
        var highest = 0.0;
        foreach (
            var (i, (name, of)) in new (string, Func<VotedPrediction, double[]>)[]
            {
                ("votes", p => p.Shares),
                ("predicted", p => p.Distribution),
            }.Index()
        )
        {
            double[] shares = [.. result.Classes.Select((_, c) => all.Average(p => of(p)[c]))];
            highest = Math.Max(highest, shares.Max());
            var bars = means.Add.Bars(result.Classes.Select((_, c) => c + (i - 0.5) * 0.36).ToArray(), shares);
            foreach (var bar in bars.Bars)
                (bar.Size, bar.FillColor, bar.LineWidth) = (0.34, PlotCanvas.OfCluster(i), 0);
            bars.LegendText = name;
        }
        means.Axes.Bottom.SetTicks([.. result.Classes.Select((_, c) => (double)c)], [.. result.Classes]);
        means.Axes.SetLimitsY(0, 1.15 * highest);
        means.ShowLegend(Edge.Bottom);
        using var picture = new PlotCanvas(1000, 430);
        return picture.Draw(entropy, 0, 0, 430, 430).Draw(means, 430, 0, 570, 430).ToPng();
    }
}

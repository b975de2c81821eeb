using System.Globalization;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Reports;

/// <summary>One way to do it, measured.</summary>
/// <param name="Name">What is different from the first variant.</param>
/// <param name="Summary">What came of it.</param>
/// <param name="Folder">Where its own report lies.</param>
internal sealed record AblationVariant(string Name, SeedSummary Summary, string Folder)
{
    /// <summary>Segments that the network reads of an utterance, in the mean.</summary>
    public double Segments => Summary.Runs[0].SegmentsPerUtterance;

    /// <summary>Seconds that one core takes for an epoch of a fold, in the mean.</summary>
    public double EpochSeconds => Summary.TrainingSeconds / Summary.Runs.Sum(r => r.Folds.Sum(f => f.Loss.Length));
}

/// <summary>What each part of the method is worth: variants that differ from the first in one thing.</summary>
/// <param name="Variants">The method itself, then the others.</param>
internal sealed record Ablation(IReadOnlyList<AblationVariant> Variants)
{
    private const double Unlikely = 0.05;
    private const int MinSpeakers = 6; // with fewer, changing sides at random gives 0.06 at least

    private readonly PairedComparison[] _differences =
    [
        .. Variants.Select(v =>
            PairedComparison.Of(Variants[0].Summary.Predictions, v.Summary.Predictions, Variants[0].Summary.Setup.Seed)
        ),
    ];

    /// <summary>The figures; differences are to the first variant.</summary>
    public ResultTable Table
    {
        get
        {
            var setup = Variants[0].Summary.Setup;
            var seeds = Variants[0].Summary.Runs.Count;
            return new ResultTable(
                $"{setup.Corpus}, {setup.Model}, {setup.Protocol}, "
                    + $"{(seeds > 1 ? $"means of {seeds} seeds" : $"seed {setup.Seed}")}",
                ["variant", "UA", "95 % from", "to", "difference", "95 % from", "to", "p", "segments", "s an epoch"],
                [
                    .. Variants.Zip(
                        _differences,
                        (v, d) =>
                            (IReadOnlyList<object?>)
                                [
                                    v.Name,
                                    v.Summary.Mean.Ua,
                                    v.Summary.UaInterval.Low,
                                    v.Summary.UaInterval.High,
                                    .. v == Variants[0]
                                        ? new object?[] { null, null, null, null }
                                        : [d.UaOther - d.UaOne, d.Interval.Low, d.Interval.High, d.Permutation],
                                    v.Segments,
                                    v.EpochSeconds,
                                ]
                    ),
                ]
            );
        }
    }

    /// <summary>Whether it helps to choose segments, and what that saves: a sentence each other choice.</summary>
    public IReadOnlyList<string> Findings =>
        [
            .. Variants
                .Zip(_differences)
                .Where(v => v.First.Summary.Setup.KeySegments.Choice != Variants[0].Summary.Setup.KeySegments.Choice)
                .Select(v => Finding(v.First, v.Second)),
        ];

    /// <summary>The report.</summary>
    /// <param name="folder">Where it will lie: the reports of the variants are linked from there.</param>
    public StudyReport ToReport(string folder)
    {
        var page = Variants[0].Summary.Runs.Count > 1 ? "seeds.html" : "report.html";
        var table = Table with
        {
            Link = row => Path.GetRelativePath(folder, Path.Combine(Variants[row].Folder, page)).Replace('\\', '/'),
        };
        string?[] notes =
        [
            Variants[0].Summary.Setup.Note,
            "Differences are to the first row, with intervals over speakers; p is the probability of so large a "
                + "difference if both were as good (permutation over speakers). Segments are those that the network "
                + "reads of an utterance; an epoch is that of one fold on one core.",
        ];
        return new StudyReport(
            "What each part is worth",
            Findings,
            [.. notes.OfType<string>()],
            [table],
            [new StudyPlot("UA of each variant with its interval over speakers", Picture())]
        );
    }

    private string Finding(AblationVariant other, PairedComparison difference)
    {
        var method = Variants[0];
        var better =
            difference.Speakers < MinSpeakers ? $"{difference.Speakers} speakers are too few to tell"
            : difference.Permutation >= Unlikely ? "nothing shows that either is better"
            : difference.UaOther > difference.UaOne ? "it is better than the method"
            : "the method is better";
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{other.Name}: {100 * (difference.UaOther - difference.UaOne):+0.0;-0.0;0.0} points of UA "
                    + $"({difference.Interval.Text(Points)}, "
                    + $"p = {difference.Permutation:0.00}), so {better}; "
            )
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{other.Segments / method.Segments:0.00} times the segments, "
                    + $"{other.EpochSeconds / method.EpochSeconds:0.00} times the training time an epoch."
            );
    }

    private static string Points(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private byte[] Picture()
    {
        var plot = PlotCanvas.NewPlot("", "UA, 95 % over speakers");
        foreach (var (i, v) in Variants.Index())
        {
            var y = Variants.Count - 1 - i;
            var color = PlotCanvas.OfCluster(i == 0 ? 1 : 0);
            if (v.Summary.UaInterval is { Low: { } low, High: { } high })
            {
                var line = plot.Add.Line(low, y, high, y);
                (line.LineColor, line.LineWidth) = (color, 3);
            }
            plot.Add.Marker(v.Summary.Mean.Ua, y, MarkerShape.FilledCircle, 11, color);
        }
        plot.Add.VerticalLine(Variants[0].Summary.Mean.Ua, 1, PlotCanvas.Muted, LinePattern.Dashed);
        plot.Axes.Left.SetTicks(
            [.. Enumerable.Range(0, Variants.Count).Select(i => Variants.Count - 1.0 - i)],
            [.. Variants.Select(v => v.Name)]
        );
        plot.Axes.SetLimitsY(-0.6, Variants.Count - 0.4);
        var height = 90 + 34 * Variants.Count;
        using var picture = new PlotCanvas(900, height);
        return picture.Draw(plot, 0, 0, 900, height).ToPng();
    }
}

using System.Globalization;
using System.Text.Json;
using Prosodia.Evaluation.Metrics;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Reports;

/// <summary>What a model says of a corpus that it is not trained on.</summary>
/// <param name="Adaptation">What recordings were adapted to.</param>
/// <param name="Training">What the model is trained on.</param>
/// <param name="Test">The corpus.</param>
/// <param name="Predictions">What it predicted.</param>
/// <param name="Ua">Their unweighted accuracy.</param>
/// <param name="Ci95">Its 95 % interval over speakers.</param>
internal sealed record CrossCorpusFigure(
    string Adaptation,
    string Training,
    string Test,
    IReadOnlyList<Prediction> Predictions,
    double Ua,
    SpeakerInterval Ci95
);

/// <summary>What adaptation to some recordings is worth, trained on all other corpora.</summary>
/// <param name="Adaptation">Whose recordings.</param>
/// <param name="Test">The corpus.</param>
/// <param name="Recordings">How many, unlabeled.</param>
/// <param name="Ua">Unweighted accuracy.</param>
internal sealed record CrossCorpusCurvePoint(string Adaptation, string Test, int Recordings, double Ua);

/// <summary>How models of the recognizer's kind do on corpora that they are not trained on.</summary>
/// <param name="emotions">The emotions, which all corpora have.</param>
/// <param name="corpora">The corpora.</param>
/// <param name="figures">Every model on every corpus left out, with every adaptation.</param>
/// <param name="curve">Models trained on all other corpora, by how many recordings they adapt to.</param>
/// <param name="seed">The seed.</param>
internal sealed class CrossCorpusResult(
    IReadOnlyList<string> emotions,
    IReadOnlyList<string> corpora,
    IReadOnlyList<CrossCorpusFigure> figures,
    IReadOnlyList<CrossCorpusCurvePoint> curve,
    int seed
)
{
    /// <summary>What models trained on all corpora but the tested one are called.</summary>
    public const string AllOthers = "all others";

    /// <summary>What recordings that are as they are were adapted to.</summary>
    public const string Nothing = "nothing";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The corpora.</summary>
    public IReadOnlyList<string> Corpora { get; } = corpora;

    /// <summary>Every model on every corpus left out, with every adaptation.</summary>
    public IReadOnlyList<CrossCorpusFigure> Figures { get; } = figures;

    /// <summary>Models trained on all other corpora, by how many recordings they adapt to.</summary>
    public IReadOnlyList<CrossCorpusCurvePoint> Curve { get; } = curve;

    private string[] Adaptations => [.. Figures.Select(f => f.Adaptation).Distinct()];

    /// <summary>The mean UA over the corpora, each left out of training, by what was adapted to.</summary>
    public IReadOnlyDictionary<string, (double Ua, SpeakerInterval Ci95)> Means { get; } =
        figures
            .Where(f => f.Training == AllOthers)
            .GroupBy(f => f.Adaptation)
            .ToDictionary(
                a => a.Key,
                a =>
                    (
                        a.Average(f => f.Ua),
                        SpeakerBootstrap.MeanUaInterval([.. a.Select(f => f.Predictions)], emotions, seed)
                    )
            );

    /// <summary>What was found, a sentence each adaptation.</summary>
    public IReadOnlyList<string> Findings =>
        [
            .. Means.Select(m =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Adapted to {m.Key}: mean UA {m.Value.Ua:0.000} ({m.Value.Ci95})."
                )
            ),
        ];

    /// <summary>UA of each corpus left out of training, by what was adapted to.</summary>
    public ResultTable LeftOut =>
        new(
            "Trained on all other corpora: UA",
            ["adapted to", .. Corpora, "mean", "95 % from", "to"],
            [
                .. Means.Select(m =>
                    (IReadOnlyList<object?>)
                        [
                            m.Key,
                            .. Corpora.Select(c => (object?)Of(m.Key, AllOthers, c)!.Ua),
                            m.Value.Ua,
                            m.Value.Ci95.Low,
                            m.Value.Ci95.High,
                        ]
                ),
            ]
        );

    /// <summary>The same corpus by corpus, with intervals.</summary>
    public ResultTable Intervals =>
        new(
            "Trained on all other corpora: intervals over speakers",
            ["corpus", "adapted to", "recordings", "speakers", "UA", "95 % from", "to"],
            [
                .. Figures
                    .Where(f => f.Training == AllOthers)
                    .Select(f =>
                        (IReadOnlyList<object?>)
                            [
                                f.Test,
                                f.Adaptation,
                                f.Predictions.Count,
                                f.Predictions.Select(p => p.Speaker).Distinct().Count(),
                                f.Ua,
                                f.Ci95.Low,
                                f.Ci95.High,
                            ]
                    ),
            ]
        );

    /// <summary>UA of every corpus by every model, one table for each adaptation.</summary>
    public IReadOnlyList<ResultTable> Matrices =>
        [
            .. Adaptations.Select(a => new ResultTable(
                $"Adapted to {a}: UA by what the model is trained on (rows) and tested on",
                ["trained on", .. Corpora, "mean"],
                [
                    .. Figures
                        .Select(f => f.Training)
                        .Distinct()
                        .OrderBy(t => t == AllOthers)
                        .Select(t =>
                            (IReadOnlyList<object?>)
                                [
                                    t,
                                    .. Corpora.Select(c => (object?)Of(a, t, c)?.Ua),
                                    Figures.Where(f => f.Adaptation == a && f.Training == t).Average(f => f.Ua),
                                ]
                        ),
                ]
            )),
        ];

    /// <summary>Mean UA by how many recordings were adapted to.</summary>
    public ResultTable CurveTable
    {
        get
        {
            int[] counts = [.. Curve.Select(p => p.Recordings).Distinct().Order()];
            return new ResultTable(
                "Trained on all other corpora: mean UA by the number of recordings adapted to",
                ["adapted to", .. counts.Select(c => $"{c}")],
                [
                    .. Curve
                        .Select(p => p.Adaptation)
                        .Distinct()
                        .Select(a => (IReadOnlyList<object?>)[a, .. counts.Select(c => (object?)CurveMean(a, c))]),
                ]
            );
        }
    }

    /// <summary>The report.</summary>
    public StudyReport ToReport() =>
        new(
            $"Corpora that a model is not trained on: {string.Join(", ", Corpora)}",
            Findings,
            [
                $"Emotions: {string.Join(", ", emotions)}; chance is a UA of "
                    + string.Create(CultureInfo.InvariantCulture, $"{1.0 / emotions.Count:0.000}. Seed {seed}."),
                "Adapted to a collection or speaker: features are standardized by all of its recordings, unlabeled, "
                    + "the tested one among them; so far: by those before it in a random order, and by itself.",
                "Intervals are over speakers: with few of them they say little.",
            ],
            [LeftOut, CurveTable, .. Matrices, Intervals],
            [new StudyPlot("Mean UA by the number of recordings adapted to", Picture())]
        );

    /// <summary>The figures for programs; the same recordings and seed give the same bytes.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Protocol = "leave-one-corpus-out",
                Seed = seed,
                Emotions = emotions,
                Corpora,
                Mean = Means.ToDictionary(m => m.Key, m => new { m.Value.Ua, m.Value.Ci95 }),
                Figures = Figures.Select(f => new
                {
                    f.Adaptation,
                    f.Training,
                    f.Test,
                    Recordings = f.Predictions.Count,
                    Speakers = f.Predictions.Select(p => p.Speaker).Distinct().Count(),
                    f.Ua,
                    f.Ci95,
                }),
                Curve,
            },
            Json
        ) + "\n";

    private CrossCorpusFigure? Of(string adaptation, string training, string test) =>
        Figures.FirstOrDefault(f => f.Adaptation == adaptation && f.Training == training && f.Test == test);

    private double CurveMean(string adaptation, int recordings) =>
        Curve.Where(p => p.Adaptation == adaptation && p.Recordings == recordings).Average(p => p.Ua);

    private byte[] Picture()
    {
        var plot = PlotCanvas.NewPlot("recordings adapted to, unlabeled", "mean UA");
        foreach (var (i, points) in Curve.GroupBy(p => p.Adaptation).Index())
        {
            int[] counts = [.. points.Select(p => p.Recordings).Distinct().Order()];
            var line = plot.Add.Scatter(
                counts.Select(c => Math.Log10(c)).ToArray(),
                counts.Select(c => CurveMean(points.Key, c)).ToArray(),
                PlotCanvas.OfCluster(i)
            );
            (line.LegendText, line.LineWidth, line.MarkerSize) = (points.Key, 2, 8);
        }
        plot.Add.HorizontalLine(Means[Nothing].Ua, 1, PlotCanvas.Muted, LinePattern.Dashed).LegendText =
            "nothing adapted";
        int[] ticks = [.. Curve.Select(p => p.Recordings).Distinct().Order()];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(t => Math.Log10(t))], [.. ticks.Select(t => $"{t}")]);
        plot.ShowLegend(Alignment.LowerRight);
        using var picture = new PlotCanvas(900, 420);
        return picture.Draw(plot, 0, 0, 900, 420).ToPng();
    }
}

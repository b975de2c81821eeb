using System.Globalization;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;

namespace Prosodia.Evaluation.Reports;

/// <summary>The report of an evaluation.</summary>
internal static class HtmlReport
{
    private const double MaxHeat = 0.7; // beyond, letters on it would be hard to read

    public static string Write(
        EvaluationResult result,
        RunContext context,
        string folder,
        byte[]? lossPng,
        byte[] calibrationPng,
        byte[]? votesPng
    )
    {
        var setup = result.Setup;
        var body = HtmlPage.Render(
            typeof(HtmlReport),
            "evaluation",
            new
            {
                setup.Corpus,
                setup.Model,
                setup.Protocol,
                setup.Variant,
                setup.Seed,
                Date = context.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                setup.ProtocolDescription,
                setup.Encoder,
                setup.Note,
                LeftOut = context.LeftOut.Count,
                Figures = Figures(result),
                Predictions = result.Predictions.Count,
                Folds = result.Folds.Count,
                Interval = result.Ci95["ua"] is { Low: null } none
                    ? none.ToString()
                    : $"95 % intervals by bootstrap over {result.Ci95["ua"].Speakers} speakers",
                Chance = Percent(1.0 / result.Classes.Count),
                Segments = result.SegmentsPerUtterance > 0 ? HtmlPage.Format(result.SegmentsPerUtterance, "0.0") : null,
                result.Classes,
                Matrix = Matrix(result),
                RowsAre = result.Votes is null ? "what was spoken" : "what most raters chose",
                Worst = GroupMetrics.Worst(result.Groups) is { } worst ? Row(worst) : null,
                Groups = result.Groups.Select(Row),
                Votes = result.Votes is null ? null : VoteReport.Table(result).ToHtml(),
                VotesPicture = votesPng is null ? null : HtmlPage.DataUri(votesPng),
                VoteFindings = result.Votes is null ? [] : VoteReport.Findings(result),
                Ece = HtmlPage.Format(result.Calibration.ExpectedError, "0.000"),
                ScaledEce = HtmlPage.Format(result.ScaledCalibration.ExpectedError, "0.000"),
                CalibrationPicture = HtmlPage.DataUri(calibrationPng),
                LossPicture = lossPng is null ? null : HtmlPage.DataUri(lossPng),
                FoldTable = RunTables.Folds(result).ToHtml(),
                Errors = ConfidentErrors.ToHtml(result, folder),
                Method = Citation.Method(result),
                Citations = Citation.Entries(),
                Context = context.ToHtml(),
                Settings = setup.Settings.Select(s => new
                {
                    Name = s.Key.Replace('_', ' '),
                    Value = Setting(s.Key, s.Value),
                }),
            }
        );
        return HtmlPage.Of($"{setup.Corpus}, {setup.Model}: UA {Percent(result.Pooled.Ua)}", body);
    }

    private static object[] Figures(EvaluationResult result) =>
        [
            Figure("UA, unweighted accuracy", result.Pooled.Ua, result.Ci95["ua"]),
            Figure("WA, weighted accuracy", result.Pooled.Wa, result.Ci95["wa"]),
            Figure("macro F1", result.Pooled.F1, result.Ci95["f1"]),
            Figure("macro precision", result.Pooled.Precision, result.Ci95["precision"]),
        ];

    private static object Figure(string name, double value, SpeakerInterval interval) =>
        new
        {
            Name = name,
            Value = Percent(value),
            Interval = interval.Low is { } low && interval.High is { } high ? $"{Percent(low)} to {Percent(high)}" : "",
        };

    private static IEnumerable<object> Matrix(EvaluationResult result)
    {
        var matrix = result.Confusion;
        return result.Classes.Select(
            (name, truth) =>
                new
                {
                    Name = name,
                    Total = matrix.Truths(truth),
                    Cells = Enumerable
                        .Range(0, matrix.Classes)
                        .Select(predicted =>
                        {
                            var count = matrix[truth, predicted];
                            var share = count == 0 ? 0 : (double)count / matrix.Truths(truth);
                            return new
                            {
                                Heat = HtmlPage.Format(MaxHeat * share, "0.00"),
                                Share = HtmlPage.Format(share, "0%"),
                                Count = count,
                            };
                        }),
                }
        );
    }

    private static object Row(GroupMetrics group) =>
        new
        {
            Name = $"{group.Column} {group.Value}",
            Width = HtmlPage.Format(group.Ua, "0%"),
            Ua = Percent(group.Ua),
            Wa = Percent(group.Wa),
            group.Count,
        };

    private static string? Setting(string name, object? value) =>
        (name, value) switch
        {
            ("channel", 0) => "all, averaged",
            ("skip_silence_db", 0.0) => "no",
            ("batches", 0) => "no limit",
            (_, bool yes) => yes ? "yes" : "no",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    private static string Percent(double value) => HtmlPage.Format(value, "0.0%");
}

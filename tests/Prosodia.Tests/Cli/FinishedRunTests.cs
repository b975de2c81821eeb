using System.Text.Json;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

[Trait("Tier", "Slow")]
public sealed class FinishedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Two_runs_are_compared()
    {
        Write("a", 0.5);
        Write("b", 0.9);
        var run = Invoke("compare", _folder["a"], _folder["b"]);
        Assert.Equal(0, run.Code);
        Assert.Contains("60 recordings of 6 speakers in both", run.Output, StringComparison.Ordinal);
        Assert.Contains("B is better", run.Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Invoke("compare", _folder["b"], _folder["b"], "--json").Output).RootElement;
        Assert.Equal(1, json.GetProperty("permutation").GetDouble());
        Assert.Contains(
            "holds no finished evaluation",
            Invoke("compare", _folder["a"], _folder["none"]).Errors,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Runs_are_listed_best_first_and_a_broken_one_is_told()
    {
        Write("runs/worse", 0.5);
        Write("runs/deep/better", 0.9);
        Directory.CreateDirectory(_folder["runs/broken"]);
        File.WriteAllText(_folder["runs/broken/results.json"], "{");
        var run = Invoke("runs", _folder["runs"], "--sort", "ua");
        Assert.Equal(3, run.Code);
        Assert.True(
            run.Output.IndexOf("deep/better", StringComparison.Ordinal)
                < run.Output.IndexOf("worse *", StringComparison.Ordinal)
        );
        Assert.Contains("broken", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_has_tables_for_papers_and_a_report_that_cites()
    {
        Write("a", 0.9);
        TestData.MatchSnapshot("tables.tex", File.ReadAllText(_folder["a/tables.tex"]));
        var report = File.ReadAllText(_folder["a/report.html"]);
        Assert.Contains("@article{mustaqeem2020clustering", report, StringComparison.Ordinal);
        Assert.Contains("Worst for speaker", report, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "http",
            report.Replace("http-equiv", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        ); // nothing from elsewhere
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, double right)
    {
        var random = new Random(1);
        string[] classes = ["happy", "sad"];
        Prediction[] predictions =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                {
                    var truth = classes[i / 6 % 2];
                    var predicted = random.NextDouble() < right ? truth : classes[1 - i / 6 % 2];
                    return new Prediction(
                        $"{i}.wav",
                        $"{i % 6}",
                        truth,
                        predicted,
                        predicted == "happy" ? [0.8, 0.2] : [0.2, 0.8]
                    );
                }),
        ];
        var fold = new FoldResult<Prediction>(
            "1",
            ["7"],
            ["8"],
            ["0", "1", "2", "3", "4", "5"],
            10,
            1,
            [new LossPoint(1, 1, 1)],
            predictions[..2],
            predictions
        );
        var setup = new EvaluationSetup(
            "speaker-independent",
            "",
            "corpus",
            "compact",
            null,
            "a note",
            1,
            new KeySegmentOptions(),
            null,
            new Dictionary<string, object>()
        );
        RunFiles.Write(
            _folder[name],
            new EvaluationResult(setup, classes, [fold]),
            new RunContext("command", new DateOnly(2026, 1, 1), TimeSpan.Zero, [])
        );
    }
}

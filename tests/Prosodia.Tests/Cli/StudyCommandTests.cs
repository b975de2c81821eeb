using System.Text.Json;
using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

/// <summary>Commands of several evaluations, on a corpus of six speakers.</summary>
[Trait("Tier", "Slow")]
public sealed class StudyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StudyCommandTests()
    {
        var whole = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        (
            whole with
            {
                Utterances = [.. whole.Utterances.Where(u => string.CompareOrdinal(u.Speaker, "06") <= 0)],
            }
        ).Write(_folder["six.csv"]);
        (
            whole with
            {
                Utterances = [.. whole.Utterances.Where(u => string.CompareOrdinal(u.Speaker, "06") > 0)],
            }
        ).Write(_folder["four.csv"]);
    }

    [Fact]
    public void Several_seeds_have_a_mean_a_deviation_and_a_report_each()
    {
        var run = Invoke(
            "evaluate",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:2",
            "--model",
            "compact",
            "--epochs",
            "1",
            "--seeds",
            "2",
            "--out",
            _folder["run"],
            "--json"
        );
        Assert.Equal(0, run.Code);
        var json = JsonDocument.Parse(run.Output).RootElement;
        double Ua(int seed) =>
            JsonDocument
                .Parse(File.ReadAllText(_folder[$"run/seed-{seed}/results.json"]))
                .RootElement.GetProperty("pooled")
                .GetProperty("ua")
                .GetDouble();
        Assert.Equal((Ua(1) + Ua(2)) / 2, json.GetProperty("mean").GetProperty("ua").GetDouble(), 1e-12);
        Assert.Contains(
            "href=\"seed-2/report.html\"",
            File.ReadAllText(_folder["run/seeds.html"]),
            StringComparison.Ordinal
        );
        Assert.Equal(5, File.ReadAllLines(_folder["run/seeds.csv"]).Length);
    }

    [Fact]
    public void Corpora_are_left_out_in_turn()
    {
        var run = Invoke(
            "evaluate",
            _folder["six.csv"],
            _folder["four.csv"],
            "--protocol",
            "leave-one-corpus-out",
            "--model",
            "compact",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains(
            "four+six",
            run.Output.Replace("six+four", "four+six", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Only emotions that every corpus has: angry, happy, neutral, sad.",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_ablation_answers_whether_choosing_segments_helps()
    {
        var run = Invoke(
            "ablate",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:2",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("All segments: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "variant",
                "The method",
                "All segments",
                "Random segments",
                "First segments",
                "Euclidean distance",
                "Beta 0.5",
                "Beta 0.75",
                "Beta 1.5",
                "Beta 2",
                "Mean instead of BiLSTM",
                "Not normalized",
            ],
            File.ReadLines(_folder["run/ablation.csv"]).Select(l => l.Split(',')[0].Trim('"'))
        );
        Assert.Contains(
            "All of them were kept.",
            File.ReadAllText(_folder["run/all-segments/report.html"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tuning_writes_its_curve_and_names_what_each_fold_chose()
    {
        var run = Invoke(
            "tune",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:3",
            "--inner",
            "2",
            "--betas",
            "1,1.5",
            "--dropouts",
            "0.2",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("UA over beta", File.ReadAllText(_folder["run/tuning.html"]), StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_folder["run/tuning.csv"]).Length);
        var folds = JsonDocument
            .Parse(File.ReadAllText(_folder["run/results.json"]))
            .RootElement.GetProperty("folds")
            .EnumerateArray();
        Assert.All(folds, f => Assert.Equal(0.2, f.GetProperty("chosen").GetProperty("dropout").GetDouble()));
    }

    [Fact]
    public void The_papers_table_has_both_protocols_and_the_folds_that_fit()
    {
        File.WriteAllText(
            _folder["folds.csv"],
            "fold,speaker\n" + string.Concat(Enumerable.Range(1, 6).Select(s => $"{s % 3},0{s}\n"))
        );
        var run = Invoke(
            "reproduce",
            _folder["six.csv"],
            _folder["four.csv"],
            "--folds",
            _folder["folds.csv"],
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["speaker-dependent", "speaker-independent", "folds:folds.csv", "speaker-dependent", "speaker-independent"],
            File.ReadLines(_folder["run/reproduction.csv"]).Skip(1).Select(l => l.Split(',')[1])
        );
        Assert.Contains("left out: IEMOCAP, EMO-DB, RAVDESS.", run.Output, StringComparison.Ordinal);
        Assert.Contains("a gap of", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

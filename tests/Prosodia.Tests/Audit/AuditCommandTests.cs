using System.Text.Json;
using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Audit;

/// <summary><c>audit</c> as a user calls it.</summary>
[Trait("Tier", "Slow")]
public sealed class AuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AuditCommandTests() => SyntheticCorpus.Write(_folder["wav"], seed: 1).Write(_folder["m.csv"]);

    [Fact]
    public void A_leaking_split_is_found_repaired_and_evaluated()
    {
        var rows = File.ReadAllLines(_folder["m.csv"]);
        File.WriteAllLines(
            _folder["split.csv"],
            rows.Select(
                (r, i) =>
                    r
                    + (
                        i == 0 ? ",split"
                        : i % 4 == 0 ? ",test"
                        : ",train"
                    )
            )
        );
        var run = Invoke("audit", _folder["split.csv"], "--out", _folder["audit"], "--repair", _folder["fixed.csv"]);
        Assert.Equal(4, run.Code);
        Assert.Contains("speaker overlap", run.Output, StringComparison.Ordinal);
        Assert.Contains("speaker overlap", File.ReadAllText(_folder["audit/audit.html"]), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(_folder["audit/audit.json"]));
        Assert.True(json.RootElement.GetProperty("splits")[0].GetProperty("leaks").GetBoolean());
        run = Invoke("audit", _folder["fixed.csv"]);
        Assert.True(run.Code == 0, run.Output);
        run = Invoke("audit", _folder["fixed.csv"], "--sentences", "--no-audio");
        Assert.Equal(4, run.Code);
        run = Invoke(
            "evaluate",
            _folder["fixed.csv"],
            "--protocol",
            "official",
            "--model",
            "egemaps",
            "--out",
            _folder["run"]
        );
        Assert.True(run.Code == 0, run.Errors);
    }

    [Fact]
    public void Our_folds_have_no_leak_and_those_of_a_table_have_theirs()
    {
        var run = Invoke("audit", _folder["m.csv"], "--protocol", "leave-one-speaker-out", "--no-audio");
        Assert.True(run.Code == 0, run.Output + run.Errors);
        File.WriteAllText(_folder["folds.csv"], "fold,speaker\n1,01\n1,02\n2,02\n2,3\n");
        run = Invoke("audit", _folder["m.csv"], "--folds", _folder["folds.csv"], "--no-audio");
        Assert.Equal(4, run.Code);
        Assert.Contains("has no fold for speaker 03", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Invoke("audit", _folder["m.csv"], "--folds", "x", "--protocol", "y").Code);
        run = Invoke("audit", _folder["m.csv"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("has no column that says the part", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

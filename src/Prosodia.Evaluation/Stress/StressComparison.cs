using Prosodia.Evaluation.Reports;

namespace Prosodia.Evaluation.Stress;

/// <summary>Two models side by side, test by test.</summary>
/// <param name="One">The first.</param>
/// <param name="Other">The second.</param>
internal sealed record StressComparison(StressResult One, StressResult Other)
{
    /// <summary>The tests that both have, and what each comes to.</summary>
    public ResultTable Tests
    {
        get
        {
            var others = Other.Tests.ToLookup(Key);
            return new ResultTable(
                $"{One.Model} (A) and {Other.Model} (B)",
                ["group", "test", "metric", "A", "B", "demanded", "outcome of A", "outcome of B"],
                [
                    .. One
                        .Tests.Where(t => others.Contains(Key(t)))
                        .Select(t => (One: t, Other: others[Key(t)].First()))
                        .Select(t =>
                            (IReadOnlyList<object?>)
                                [
                                    t.One.Group,
                                    t.One.Name,
                                    t.One.Metric,
                                    t.One.Value,
                                    t.Other.Value,
                                    t.One.Demand,
                                    t.One.Outcome,
                                    t.Other.Outcome,
                                ]
                        ),
                ]
            );
        }
    }

    /// <summary>Passed tests by group.</summary>
    public ResultTable Summary =>
        new(
            "Tests passed",
            ["tests", "passed by A", "of A", "passed by B", "of B"],
            [
                .. One
                    .Tests.Select(t => t.Group)
                    .Distinct()
                    .Select(group =>
                    {
                        var (a, b) = (One.Count(group), Other.Count(group));
                        return (IReadOnlyList<object?>)[group, a.Passed, a.Of, b.Passed, b.Of];
                    }),
            ]
        );

    /// <summary>What readers must know: that the recordings differ.</summary>
    public IReadOnlyList<string> Notes =>
        One.Recordings == Other.Recordings && One.Data == Other.Data
            ? []
            :
            [
                $"A was run on {One.Recordings} recordings of {One.Data}, B on {Other.Recordings} of {Other.Data}: "
                    + "what differs may be the recordings.",
            ];

    private static string Key(StressTest test) => $"{test.Group}/{test.Name}/{test.Metric}";
}

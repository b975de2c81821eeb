using CsCheck;
using Prosodia.Evaluation.Metrics;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Figures_are_scikit_learns()
    {
        const double tolerance = 1e-12;
        var golden = TestData.Golden("metrics.json");
        var matrix = new ConfusionMatrix(
            4,
            golden.GetProperty("truth").Ints().Zip(golden.GetProperty("predicted").Ints())
        );
        Assert.Equal(golden.GetProperty("confusion").EnumerateArray().Select(r => r.Ints()), matrix.ToRows());
        Assert.Equal(golden.GetProperty("accuracy_wa").GetDouble(), matrix.WeightedAccuracy, tolerance);
        Assert.Equal(golden.GetProperty("recall_macro_ua").GetDouble(), matrix.UnweightedAccuracy, tolerance);
        Assert.Equal(golden.GetProperty("precision_macro").GetDouble(), matrix.MacroPrecision, tolerance);
        Assert.Equal(golden.GetProperty("f1_macro").GetDouble(), matrix.MacroF1, tolerance);
        Assert.Equal(golden.GetProperty("f1_weighted").GetDouble(), matrix.WeightedF1, tolerance);
        Assert.Equal(golden.GetProperty("kappa").GetDouble(), matrix.Kappa, tolerance);
    }

    [Fact]
    public void Figures_lie_between_0_and_1_and_all_right_is_1()
    {
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4])
            .Array[1, 60]
            .Sample(
                pairs =>
                {
                    var scores = ClassificationMetrics.Of(new ConfusionMatrix(5, pairs));
                    Assert.All([scores.Wa, scores.Ua, scores.Precision, scores.F1], s => Assert.InRange(s, 0, 1));
                    var right = new ConfusionMatrix(5, pairs.Select(p => (p.Item1, p.Item1)));
                    Assert.Equal(new ClassificationMetrics(1, 1, 1, 1, 1), ClassificationMetrics.Of(right));
                },
                iter: 500
            );
    }

    [Fact]
    public void A_class_without_truths_has_no_say_in_UA() =>
        Assert.Equal(0.75, new ConfusionMatrix(3, [(0, 0), (0, 2), (1, 1)]).UnweightedAccuracy);
}

using CsCheck;
using Prosodia.Evaluation.Metrics;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class CalibrationTests
{
    private static readonly string[] Classes = ["angry", "happy", "sad"];

    [Fact]
    public void Probabilities_that_mean_what_they_say_have_no_error()
    {
        Assert.InRange(Calibration.Of(Draw(20_000, 1, seed: 1)).ExpectedError, 0, 0.01);
        Prediction[] sureAndWrong =
        [
            new("a", "1", "sad", "happy", [0, 1, 0]),
            new("b", "1", "sad", "happy", [0, 1, 0]),
        ];
        Assert.Equal(1, Calibration.Of(sureAndWrong).ExpectedError);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_temperature_of_a_model_that_is_too_sure_is_found(double temperature) =>
        Assert.Equal(
            temperature,
            TemperatureScaling.Fit(Draw(20_000, temperature, seed: 2), Classes),
            0.05 * temperature
        );

    [Fact]
    public void Scaling_lowers_the_error_on_speakers_that_it_was_not_fitted_on()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            Prediction[] validation = Draw(300, 3, 2 * seed),
                test = Draw(300, 3, 2 * seed + 1);
            var fitted = TemperatureScaling.Fit(validation, Classes);
            Prediction[] scaled =
            [
                .. test.Select(p => p with { Probabilities = TemperatureScaling.Apply(p.Probabilities, fitted) }),
            ];
            Assert.True(Calibration.Of(scaled).ExpectedError < Calibration.Of(test).ExpectedError);
        }
    }

    [Fact]
    public void Scaling_keeps_the_order_of_classes_and_the_sum()
    {
        Gen.Select(Gen.Double[0, 1].Array[3], Gen.Double[0.05, 20])
            .Where(x => x.Item1.Sum() > 0.1)
            .Sample(
                (weights, temperature) =>
                {
                    double[] probabilities = [.. weights.Select(w => w / weights.Sum())];
                    var scaled = TemperatureScaling.Apply(probabilities, temperature);
                    Assert.Equal(1, scaled.Sum(), 1e-9);
                    Assert.Equal(scaled.Max(), scaled[Array.IndexOf(probabilities, probabilities.Max())], 1e-12);
                },
                iter: 300
            );
        Assert.Equal(1, TemperatureScaling.Apply([0, 1, 0], 1).Sum(), 1e-9);
    }

    [Fact]
    public void The_surest_answers_are_wrong_less_often()
    {
        var curve = Calibration.Of(Draw(20_000, 1, seed: 3)).RiskCoverage;
        Assert.Equal(1, curve[^1].Coverage);
        Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(pair.First.Error <= pair.Second.Error + 0.01));
        Assert.Equal(
            [1.0 / 3, 2.0 / 3, 1],
            Calibration.Of(Draw(3, 1, seed: 1)).RiskCoverage.Select(p => p.Coverage).Distinct()
        );
    }

    [Fact]
    public void Groups_are_scored_and_the_worst_is_named()
    {
        Prediction[] predictions =
        [
            .. Enumerable
                .Range(0, 80)
                .Select(i =>
                {
                    var truth = i % 2 == 0 ? "sad" : "happy";
                    var right = i % 4 != 0 || i >= 40; // of the first speaker, half of what is sad is taken for happy
                    return new Prediction($"{i}", i < 40 ? "1" : "2", truth, right ? truth : "happy", [0, 0.5, 0.5])
                    {
                        Groups = new Dictionary<string, string>
                        {
                            ["sex"] = i < 40 ? "male" : "female",
                            ["valence"] = $"{i}",
                            ["take"] = "one",
                        },
                    };
                }),
        ];
        var groups = GroupMetrics.Of(predictions, Classes);
        Assert.Equal(["speaker 1", "speaker 2", "sex female", "sex male"], groups.Select(g => $"{g.Column} {g.Value}"));
        Assert.Equal(new GroupMetrics("speaker", "1", 40, 0.75, 0.75), GroupMetrics.Worst(groups));
    }

    /// <summary>
    /// Truths drawn from probabilities, which are then sharpened as by a network at this temperature.
    /// </summary>
    private static Prediction[] Draw(int count, double temperature, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    double[] weights = [.. Classes.Select(_ => Math.Exp(2 * random.NextDouble()))];
                    double[] honest = [.. weights.Select(w => w / weights.Sum())];
                    var draw = random.NextDouble();
                    var truth =
                        draw < honest[0] ? 0
                        : draw < honest[0] + honest[1] ? 1
                        : 2;
                    return new Prediction(
                        $"{i}",
                        "1",
                        Classes[truth],
                        Classes[Array.IndexOf(honest, honest.Max())],
                        TemperatureScaling.Apply(honest, 1 / temperature)
                    );
                }),
        ];
    }
}

using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training.Learners;

[Trait("Tier", "Slow")]
public sealed class ClosedFormTests
{
    [Fact]
    public void Kernel_ridge_solves_its_equations()
    {
        // (K + penalty W^-1) a = T, checked by solving it directly
        using var scope = NewDisposeScope();
        var (known, labels) = Blobs(12, 3, 1);
        var asked = tensor(Blobs(5, 3, 2).Known.data<double>().ToArray(), [5, 3]);
        var ridge = new KernelRidge();
        var scores = ridge.Scores(Products(known, asked), Targets.OneHot(labels, 2));
        var setting = Array.IndexOf([.. ridge.Settings], "width 0.4, penalty 0.3");
        Tensor Kernel(Tensor x, Tensor y) => (x.unsqueeze(1) - y.unsqueeze(0)).square().sum([2]).mul(-0.4 / 3).exp();
        double[] weights = [.. labels.Select(l => 12.0 / (2 * labels.Count(k => k == l)))];
        var target = tensor(labels.SelectMany(l => new[] { l == 0 ? 1.0 : -1, l == 1 ? 1.0 : -1 }).ToArray(), [12, 2]);
        var solution = linalg.solve(Kernel(known, known) + diag(tensor(weights).reciprocal()).mul(0.3), target);
        Assert.True(Kernel(asked, known).matmul(solution).allclose(scores[setting], rtol: 1e-8, atol: 1e-9));
    }

    [Theory]
    [InlineData(40, 3)]
    [InlineData(12, 30)]
    public void Lda_by_inner_products_is_that_by_the_covariance(int examples, int features)
    {
        using var scope = NewDisposeScope();
        var (known, labels) = Blobs(examples, features, 1, rare: 4);
        var asked = Blobs(5, features, 2).Known;
        var lda = new ShrinkageLda(features);
        var scores = lda.Scores(Products(known, asked), Targets.OneHot(labels, 2))[
            Array.IndexOf([.. lda.Settings], "shrinkage 0.3")
        ];
        var (x, y) = (known / Math.Sqrt(features), asked / Math.Sqrt(features));
        var means = stack(
            Enumerable
                .Range(0, 2)
                .Select(c =>
                    x.index_select(
                            0,
                            tensor(labels.Index().Where(l => l.Item == c).Select(l => (long)l.Index).ToArray())
                        )
                        .mean([0])
                )
                .ToArray()
        );
        var rest = x - means.index_select(0, tensor(labels.Select(l => (long)l).ToArray()));
        var covariance = rest.t().matmul(rest) / examples;
        var drawn = covariance * 0.7 + eye(features, dtype: float64) * (0.3 * covariance.trace() / features);
        var directions = linalg.solve(drawn, means.t()); // (features, classes)
        Assert.True(
            (y.matmul(directions) - (means.t() * directions).sum([0]) / 2).allclose(scores, rtol: 1e-8, atol: 1e-9)
        );
    }

    [Fact]
    public void Lda_finds_the_direction_that_parts_the_classes_and_all_classes_count_alike()
    {
        using var scope = NewDisposeScope();
        var (known, labels) = Blobs(400, 3, 3, rare: 10); // ten of the second class
        var (asked, truth) = Blobs(400, 3, 4);
        foreach (var scores in new ShrinkageLda(3).Scores(Products(known, asked), Targets.OneHot(labels, 2)))
        {
            var values = scores.data<double>().ToArray().Chunk(2).ToArray();
            var recall = truth
                .Index()
                .GroupBy(t => t.Item)
                .Select(c => c.Average(t => values[t.Index][t.Item] > values[t.Index][1 - t.Item] ? 1.0 : 0))
                .ToArray();
            Assert.All(recall, r => Assert.InRange(r, 0.85, 1));
        }
    }

    [Fact]
    public void An_emotion_that_training_lacks_gets_a_score_all_the_same()
    {
        using var scope = NewDisposeScope();
        var (known, labels) = Blobs(20, 3, 5);
        foreach (var method in new IClosedForm[] { new ShrinkageLda(3), new KernelRidge() })
        foreach (var scores in method.Scores(Products(known, known), Targets.OneHot(labels, 3)))
            Assert.All(scores.data<double>().ToArray(), s => Assert.True(double.IsFinite(s)));
    }

    [Fact]
    public void Ranks_make_any_feature_normal_and_keep_the_unheard_of_at_the_edge()
    {
        var random = new Random(1);
        float[][] training =
        [
            .. Enumerable.Range(0, 1000).Select(_ => new[] { MathF.Exp(5 * random.NextSingle()), 7f }),
        ];
        var scores = new RankGaussTransform(training).Apply([.. training, [float.MaxValue, 7], [-1, 100]]);
        var first = Enumerable.Range(0, 1000).Select(i => scores[2 * i]).ToArray();
        Assert.Equal(0, first.Average(), 1e-6);
        Assert.Equal(1, Math.Sqrt(first.Average(x => x * x)), 0.02);
        Assert.Equal(first.Max(), scores[2000], 0.5);
        Assert.Equal(first.Min(), scores[2002], 0.5);
        Assert.Equal(0, scores[1], 1e-9); // a constant says nothing
    }

    [Fact]
    public void The_pool_trusts_who_is_right_and_calibrates()
    {
        var random = new Random(5);
        int[] labels = [.. Enumerable.Range(0, 600).Select(_ => random.Next(3))];
        double[][] Scores(double signal) =>
            [
                .. labels.Select(l =>
                    Enumerable.Range(0, 3).Select(c => (c == l ? signal : 0) + 10 * random.NextDouble()).ToArray()
                ),
            ];
        var (good, useless) = (Scores(8), Scores(0));
        var pool = LogLinearPool.Fit(
            [good, useless],
            [.. labels.Select(l => new double[] { l == 0 ? 1 : 0, l == 1 ? 1 : 0, l == 2 ? 1 : 0 })]
        );
        Assert.True(pool.Weights[0] > 20 * pool.Weights[1]);
        var p = pool.Apply([good, useless]);
        Assert.All(p, q => Assert.Equal(1, q.Sum(), 1e-9));
        var confidence = p.Average(q => q.Max());
        var accuracy = p.Zip(labels).Average(x => x.First[x.Second] == x.First.Max() ? 1.0 : 0);
        Assert.Equal(accuracy, confidence, 0.04);
    }

    [Fact]
    public void Nothing_of_the_test_speakers_reaches_the_closed_form()
    {
        set_num_threads(1); // as in cross-validation: sums don't depend on how threads share them
        var random = new Random(2);
        float[][] features =
        [
            .. Enumerable
                .Range(0, 80)
                .Select(i =>
                    Enumerable.Range(0, 6).Select(f => random.NextSingle() + (f == i % 2 ? 0.7f : 0)).ToArray()
                ),
        ];
        string[] speakers = [.. Enumerable.Range(0, 80).Select(i => $"{i / 10}")];
        int[] labels = [.. Enumerable.Range(0, 80).Select(i => i % 2)];
        var parts = new FoldParts(
            [.. Enumerable.Range(0, 60)],
            [.. Enumerable.Range(60, 10)],
            [.. Enumerable.Range(70, 10)]
        );
        FoldOutcome Run(float[][] from, int[] truth) =>
            new ClosedFormLearner(
                [new SequenceSet(InputKind.Prosody, from, [6])],
                speakers,
                null,
                Targets.Of(truth, 2)
            ).Run(parts, 1, "", _ => { }, default);

        var honest = Run(features, labels);
        var told = Run(features, [.. labels.Select((l, i) => i < 70 ? l : 1 - l)]);
        Assert.Equal(honest.Test, told.Test);
        Assert.Equal(
            honest.Held.OrderBy(h => h.Key).Select(h => h.Value),
            told.Held.OrderBy(h => h.Key).Select(h => h.Value)
        );
        float[][] moved = [.. features.Select((x, i) => i < 70 ? x : x.Select(v => v * 100).ToArray())];
        Assert.Equal(honest.Held[65], Run(moved, labels).Held[65]);
        Assert.True(honest.Test.Zip(parts.Test).Count(t => t.First[labels[t.Second]] > 0.5) >= 7);
    }

    private static InnerProducts Products(Tensor known, Tensor asked)
    {
        double features = known.shape[1];
        return new InnerProducts(
            known.matmul(known.t()) / features,
            asked.matmul(known.t()) / features,
            asked.square().sum([1]) / features
        );
    }

    private static (Tensor Known, int[] Labels) Blobs(int count, int features, int seed, int? rare = null)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => rare is { } r ? (i < r ? 1 : 0) : i % 2)];
        return (
            tensor(
                labels
                    .SelectMany(l =>
                        Enumerable.Range(0, features).Select(f => random.NextDouble() * 2 + (f == 0 ? 1.5 * l : 0))
                    )
                    .ToArray(),
                [count, features]
            ),
            labels
        );
    }
}

using Prosodia.Training.Learners;
using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Export;

/// <summary>Numbers from deviates: weights, (features, targets), and a bias, (targets).</summary>
internal sealed record DimensionHead(float[][] Weights, float[] Bias)
{
    /// <summary>The numbers of an example.</summary>
    public double[] Apply(float[] deviates)
    {
        ArgumentNullException.ThrowIfNull(deviates);
        double[] values = [.. Bias.Select(b => (double)b)];
        for (var f = 0; f < deviates.Length; f++)
        for (var t = 0; t < values.Length; t++)
            values[t] += (double)Weights[f][t] * deviates[f];
        return values;
    }
}

/// <summary>A head, and what it says of recordings that it was fitted to, each time without their group.</summary>
/// <param name="Head">The head.</param>
/// <param name="Held">The numbers of each known recording.</param>
internal sealed record DimensionFit(DimensionHead Head, IReadOnlyDictionary<int, double[]> Held);

/// <summary>
/// Ridge regression from each view of the features to numbers, and their sum as <see cref="LinearPool"/> weights it. As
/// for emotions, each recording is learned from in all its versions, as it is and adapted, because one set of weights
/// has to serve all of these.
/// </summary>
/// <param name="examples">What is learned from.</param>
/// <param name="values">The numbers of each recording, (targets).</param>
internal sealed class DimensionFitting(Examples examples, IReadOnlyDictionary<int, double[]> values)
{
    private const double Shrinkage = 0.65; // as of emotions

    private int Targets => values.First().Value.Length;

    /// <summary>Fits a head.</summary>
    /// <param name="groups">The recordings to fit to, by what is left out together.</param>
    /// <param name="scale">The scale of the features.</param>
    public DimensionFit Fit(int[][] groups, QuantileNormalizer scale)
    {
        ArgumentNullException.ThrowIfNull(groups);
        using var scope = NewDisposeScope();
        int[] known = [.. groups.SelectMany(g => g)];
        var deviates = known.ToDictionary(u => u, u => examples.Versions.Select(v => scale.Apply(v[u])).ToArray());
        groups = [.. groups.Where(g => g.Length > 0)];
        Sums[][] sums = [.. groups.Select(g => SumsOf(g, deviates))];
        var held = new Dictionary<int, double[][]>(); // by view
        foreach (var (g, group) in groups.Index())
        {
            DimensionHead[] without = [.. Heads([.. sums.Where((_, i) => i != g)])];
            foreach (var u in group)
                held[u] = [.. Views(deviates[u][0]).Zip(without, (row, head) => head.Apply(row))];
        }
        double[][][] scores = [.. examples.Views.Select((_, view) => known.Select(u => held[u][view]).ToArray())];
        var pool = LinearPool.Fit(scores, [.. known.Select(u => values[u])]);
        return new DimensionFit(
            Together([.. Heads(sums)], pool),
            known.Zip(pool.Apply(scores)).ToDictionary(p => p.First, p => p.Second)
        );
    }

    private IEnumerable<float[]> Views(float[] row)
    {
        var start = 0;
        foreach (var count in examples.Views)
        {
            yield return row[start..(start + count)];
            start += count;
        }
    }

    private Sums[] SumsOf(int[] group, Dictionary<int, float[][]> deviates)
    {
        using var scope = NewDisposeScope();
        var y = tensor([.. group.SelectMany(u => values[u])], [group.Length, Targets]).clone();
        Sums[]? total = null;
        foreach (var version in Enumerable.Range(0, examples.Versions.Length))
        {
            float[][] rows = [.. group.Select(u => deviates[u][version])];
            foreach (var source in new Func<int, string>?[] { null, _ => "", u => examples.Speakers[u] })
            {
                var adapted = source is null ? rows : SourceAdaptation.ToAll(rows, group, source);
                float[][][] views = [.. adapted.Select(r => Views(r).ToArray())];
                using var inner = NewDisposeScope();
                Sums[] own = [.. examples.Views.Select((_, v) => Sums.Of([.. views.Select(r => r[v])], y))];
                Sums[] sum = total is null ? own : [.. total.Zip(own, (a, b) => a.Add(b))];
                foreach (var old in total ?? [])
                    old.Dispose();
                total = [.. sum.Select(s => s.MoveToOuterDisposeScope())];
            }
        }
        return [.. total!.Select(s => s.MoveToOuterDisposeScope())];
    }

    /// <summary>The head of each view.</summary>
    private static IEnumerable<DimensionHead> Heads(Sums[][] groups) =>
        Enumerable
            .Range(0, groups[0].Length)
            .Select(v => groups.Select(g => g[v]).Aggregate((a, b) => a.Add(b)).Solve());

    private DimensionHead Together(DimensionHead[] views, LinearPool pool)
    {
        var linear = Enumerable.Range(0, Targets).Select(pool.Linear).ToArray();
        return new DimensionHead(
            [
                .. views.SelectMany(
                    (view, v) =>
                        view.Weights.Select(w => w.Select((x, t) => (float)(linear[t].Weights[v] * x)).ToArray())
                ),
            ],
            [.. linear.Select((l, t) => (float)(l.Bias + views.Select((view, v) => l.Weights[v] * view.Bias[t]).Sum()))]
        );
    }

    /// <summary>Sums over examples, all that ridge regression needs; those of groups add up to those of all.</summary>
    private sealed record Sums(Tensor Squares, Tensor Products, Tensor Features, Tensor Numbers, double Count)
        : IDisposable
    {
        public static Sums Of(float[][] rows, Tensor y)
        {
            using var scope = NewDisposeScope();
            var x = tensor([.. rows.SelectMany(r => r)], [rows.Length, rows[0].Length]).clone().to(float64);
            return new Sums(
                x.t().matmul(x),
                x.t().matmul(y),
                x.sum([0]),
                y.sum([0]),
                rows.Length
            ).MoveToOuterDisposeScope();
        }

        public Sums MoveToOuterDisposeScope() =>
            this with
            {
                Squares = Squares.MoveToOuterDisposeScope(),
                Products = Products.MoveToOuterDisposeScope(),
                Features = Features.MoveToOuterDisposeScope(),
                Numbers = Numbers.MoveToOuterDisposeScope(),
            };

        public void Dispose()
        {
            foreach (var tensor in new[] { Squares, Products, Features, Numbers })
                tensor.Dispose();
        }

        public Sums Add(Sums other) =>
            new(
                Squares.add(other.Squares, PinnedScalars.One),
                Products.add(other.Products, PinnedScalars.One),
                Features.add(other.Features, PinnedScalars.One),
                Numbers.add(other.Numbers, PinnedScalars.One),
                Count + other.Count
            );

        public DimensionHead Solve()
        {
            using var scope = NewDisposeScope();
            using Scalar share = 1 / Count;
            Tensor mean = Features.mul(share),
                numbers = Numbers.mul(share);
            using Scalar kept = (1 - Shrinkage) / Count;
            var covariance = Squares.add(Features.outer(mean), PinnedScalars.MinusOne).mul_(kept);
            var shared = Products.add(Features.outer(numbers), PinnedScalars.MinusOne).mul_(kept);
            var level = Shrinkage / (1 - Shrinkage) * covariance.diagonal().mean().data<double>()[0];
            var weights = Ridge.Solve(covariance, level, shared); // (features, targets)
            var bias = numbers.add(mean.unsqueeze(0).matmul(weights).squeeze(0), PinnedScalars.MinusOne);
            var targets = (int)weights.shape[1];
            return new DimensionHead(
                [
                    .. weights
                        .contiguous()
                        .data<double>()
                        .ToArray()
                        .Chunk(targets)
                        .Select(w => w.Select(x => (float)x).ToArray()),
                ],
                [.. bias.data<double>().ToArray().Select(x => (float)x)]
            );
        }
    }
}

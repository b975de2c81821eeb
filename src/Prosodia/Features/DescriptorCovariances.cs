using System.Numerics.Tensors;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// How an utterance's low-level descriptors move together, whatever their levels: logarithms of the covariance of 24
/// of them, and of their steps over 40, 80 and 160 ms. Source: Arsigny et al., Log-Euclidean Metrics, Magnetic
/// Resonance in Medicine 56, 2006; Barachant et al., Classification of covariance matrices, Neurocomputing 112, 2013.
/// </summary>
internal static class DescriptorCovariances
{
    private const double Floor = 0.01; // variance added to each descriptor, where 1 is usual
    private const float Furthest = 4; // deviations from the mean
    private const double LoudPart = 0.98, // of the frames are below the level of the loudest
        Quieter = 30; // decibels

    private static readonly int[] Lags = [4, 8, 16]; // frames

    // descriptors, each with its usual deviation over frames, to one digit
    private static readonly (string Name, float Deviation)[] Descriptors =
    [
        ("loudness", 0.6f),
        ("alpha_ratio", 10),
        ("slope_0_500", 40),
        ("slope_500_1500", 10),
        ("mfcc1", 3),
        ("mfcc2", 2),
        ("mfcc3", 1),
        ("mfcc4", 1),
        ("mfcc5", 0.9f),
        ("mfcc6", 0.8f),
        ("mfcc7", 0.7f),
        ("mfcc8", 0.6f),
        ("mfcc9", 0.6f),
        ("mfcc10", 0.5f),
        ("mfcc11", 0.5f),
        ("flux", 0.1f),
        ("zero_crossings", 2000),
        ("f0", 7),
        ("hnr", 6),
        ("jitter", 1), // these two as logarithms
        ("shimmer", 0.6f),
        ("f1", 300),
        ("f2", 500),
        ("h1_h2", 10),
    ];

    /// <summary>What the features are called, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. new[] { "covariance" }
            .Concat(Lags.Select(l => $"steps_{1000 * l / PowerSpectrogram.FramesPerSecond}ms"))
            .SelectMany(matrix => Pairs.Select(p => $"{matrix}_{Descriptors[p.I].Name}_{Descriptors[p.J].Name}")),
    ];

    private static IEnumerable<(int I, int J)> Pairs =>
        Enumerable
            .Range(0, Descriptors.Length)
            .SelectMany(i => Enumerable.Range(i, Descriptors.Length - i).Select(j => (i, j)));

    /// <summary>
    /// The upper half of each matrix; a difference of two of these is the Frobenius distance of the matrices.
    /// </summary>
    /// <param name="descriptors">All descriptors of an utterance, in all frames.</param>
    public static float[] Of(IEnumerable<LowLevelDescriptor> descriptors)
    {
        var byName = descriptors.ToDictionary(d => d.Name, d => d.Values);
        var sounds = Sounds(byName["energy"]);
        float[][] columns =
        [
            .. Descriptors.Select(d =>
                Standardized(
                    d.Name is "jitter" or "shimmer" ? Log(byName[d.Name]) : byName[d.Name],
                    d.Deviation,
                    sounds
                )
            ),
        ];
        int[] frames = [.. sounds.Index().Where(f => f.Item).Select(f => f.Index)];
        return
        [
            .. UpperHalf([.. columns.Select(c => frames.Select(f => c[f]).ToArray())]),
            .. Lags.SelectMany(lag =>
            {
                int[] steps = [.. frames.Where(f => f + lag < sounds.Length && sounds[f + lag])];
                return UpperHalf([.. columns.Select(c => steps.Select(f => c[f + lag] - c[f]).ToArray())]);
            }),
        ];
    }

    /// <summary>Frames that are not much quieter than the loudest.</summary>
    private static bool[] Sounds(float[] energy)
    {
        var least = Functionals.Percentile([.. energy.Order()], LoudPart) - Quieter;
        return [.. energy.Select(e => e > least)];
    }

    private static float[] Log(float[] values) => [.. values.Select(v => MathF.Log(MathF.Max(v, 1e-4f)))];

    /// <summary>Less the mean of frames that sound, in usual deviations; 0 where it is not defined.</summary>
    private static float[] Standardized(float[] values, float deviation, bool[] sounds)
    {
        var mean = (float)
            values.Where((v, f) => sounds[f] && !float.IsNaN(v)).Select(v => (double)v).DefaultIfEmpty().Average();
        return [.. values.Select(v => float.IsNaN(v) ? 0 : Math.Clamp((v - mean) / deviation, -Furthest, Furthest))];
    }

    /// <summary>The mean product of each pair, with the floor on the diagonal.</summary>
    private static double[,] Products(float[][] columns)
    {
        var products = new double[columns.Length, columns.Length];
        var frames = Math.Max(1, columns[0].Length);
        foreach (var (i, j) in Pairs)
            products[i, j] = products[j, i] =
                TensorPrimitives.Dot<float>(columns[i], columns[j]) / frames + (i == j ? Floor : 0);
        return products;
    }

    private static IEnumerable<float> UpperHalf(float[][] columns)
    {
        var logarithm = SymmetricMatrix.Logarithm(Products(columns), Floor / 2);
        return Pairs.Select(p => (float)(logarithm[p.I, p.J] * (p.I == p.J ? 1 : Math.Sqrt(2))));
    }
}

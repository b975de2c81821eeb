using System.Numerics.Tensors;
using MathNet.Numerics.Distributions;

namespace Prosodia.Training.Features;

/// <summary>
/// How an utterance's contours answer to hundreds of random patterns, each a few contours wide or many, 70 ms to 0.9 s
/// long. Nothing is trained; a classifier finds the patterns that matter. Source: Dempster, Petitjean and Webb, ROCKET,
/// Data Mining and Knowledge Discovery 34, 2020, whose kernels see one series each and are pooled by maximum and share
/// above 0.
/// </summary>
internal sealed class RandomConvolutions
{
    private const int Patterns = 700,
        Taps = 7,
        Stride = 2,
        Statistics = 7;
    private const double MaxDilation = 16; // not reached
    private const int Padding = Taps / 2 * (int)MaxDilation; // frames of the mean before and after an utterance; even

    private readonly Pattern[] _patterns;

    /// <summary>Draws the patterns.</summary>
    /// <param name="contours">How many contours an utterance has.</param>
    /// <param name="seed">The same patterns for the same seed.</param>
    public RandomConvolutions(int contours, int seed)
    {
        var random = new Random(seed);
        _patterns = [.. Enumerable.Range(0, Patterns).Select(_ => Draw(contours, random))];
    }

    /// <summary>How many features an utterance has.</summary>
    public static int Count => Patterns * Statistics;

    /// <summary>
    /// Mean, deviation, share above 0, mean of what is above 0, mean step, and the tenth and ninetieth percentile of
    /// each pattern's answers.
    /// </summary>
    /// <param name="contours">Each contour over all frames, on one scale.</param>
    public float[] Of(float[][] contours)
    {
        ArgumentNullException.ThrowIfNull(contours);
        var answers = new float[(contours[0].Length + Stride - 1) / Stride];
        float[][][] deinterleaved = [.. contours.Select(Deinterleaved)];
        var features = new float[Count];
        for (var p = 0; p < Patterns; p++)
        {
            Answer(_patterns[p], deinterleaved, answers);
            Describe(answers, features.AsSpan(p * Statistics, Statistics));
        }
        return features;
    }

    private static Pattern Draw(int contours, Random random)
    {
        int[] all = [.. Enumerable.Range(0, contours)];
        random.Shuffle(all);
        var weights = all[..random.Next(1, contours + 1)]
            .Select(_ => Enumerable.Range(0, Taps).Select(_ => Normal.Sample(random, 0, 1)).ToArray())
            .ToArray();
        if (random.Next(2) == 0)
            weights = [.. weights.Select(w => w.Select(x => x - w.Average()).ToArray())]; // blind to a contour's level
        var length = Math.Sqrt(weights.Sum(w => w.Sum(x => x * x)));
        return new Pattern(
            all[..weights.Length],
            [.. weights.Select(w => w.Select(x => (float)(x / length)).ToArray())],
            (int)Math.Pow(MaxDilation, random.NextDouble())
        );
    }

    /// <summary>Frames of even and of odd number, so that every second answer reads neighbors.</summary>
    private static float[][] Deinterleaved(float[] contour)
    {
        var halves = new[] { new float[contour.Length / 2 + Padding + 1], new float[contour.Length / 2 + Padding + 1] };
        for (var f = 0; f < contour.Length; f++)
            halves[f & 1][(f + Padding) / 2] = contour[f];
        return halves;
    }

    private static void Answer(Pattern pattern, float[][][] deinterleaved, float[] answers)
    {
        Array.Clear(answers);
        for (var c = 0; c < pattern.Contours.Length; c++)
        for (var k = 0; k < Taps; k++)
        {
            var first = Padding + (k - Taps / 2) * pattern.Dilation;
            var frames = deinterleaved[pattern.Contours[c]][first & 1].AsSpan(first / 2, answers.Length);
            TensorPrimitives.MultiplyAdd(frames, pattern.Weights[c][k], answers, answers);
        }
    }

    private static void Describe(float[] answers, Span<float> features)
    {
        float sum = 0,
            squares = 0,
            positive = 0,
            steps = 0;
        var above = 0;
        for (var t = 0; t < answers.Length; t++)
        {
            var y = answers[t];
            sum += y;
            squares += y * y;
            if (y > 0)
            {
                above++;
                positive += y;
            }
            if (t > 0)
                steps += Math.Abs(y - answers[t - 1]);
        }
        var n = answers.Length;
        Array.Sort(answers);
        features[0] = sum / n;
        features[1] = MathF.Sqrt(Math.Max(0, squares / n - features[0] * features[0]));
        features[2] = (float)above / n;
        features[3] = positive / n;
        features[4] = steps / Math.Max(1, n - 1);
        features[5] = answers[(n - 1) / 10];
        features[6] = answers[(n - 1) * 9 / 10];
    }

    private sealed record Pattern(int[] Contours, float[][] Weights, int Dilation);
}

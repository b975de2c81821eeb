namespace Prosodia.Training.Augmentation;

/// <summary>
/// Another speed, another voice and gaps, for contours: time is stretched, each contour moved by a random amount, and
/// stretches of time and single contours are left out (Park et al., SpecAugment, Interspeech 2019).
/// </summary>
internal sealed class ContourAugmentation(int contours, Random random) : IAugmentation
{
    private const double Speed = 0.15; // times 1 / 1.15 to 1.15
    private const float Voice = 0.4f; // deviations that a contour is moved by, up or down
    private const double LeftOut = 0.1; // of the contours
    private const int Gaps = 2,
        WidestGap = 20; // frames

    /// <inheritdoc/>
    public float[] Speak(float[] sequence)
    {
        var frames = sequence.Length / contours;
        var speed = Math.Pow(1 + Speed, 2 * random.NextDouble() - 1);
        var spoken = new float[Math.Max(1, (int)Math.Round(frames / speed)) * contours];
        for (var f = 0; f < spoken.Length / contours; f++)
        {
            var at = Math.Min(f * speed, frames - 1);
            var (before, after, share) = (
                (int)at * contours,
                Math.Min((int)at + 1, frames - 1) * contours,
                (float)(at - (int)at)
            );
            for (var c = 0; c < contours; c++)
                spoken[f * contours + c] = float.Lerp(sequence[before + c], sequence[after + c], share);
        }
        return spoken;
    }

    /// <inheritdoc/>
    public void Apply(Span<float> items, ReadOnlySpan<long> lengths)
    {
        var moved = new float[contours];
        foreach (var length in lengths)
        {
            var frames = (int)length;
            var utterance = items[..(frames * contours)];
            items = items[utterance.Length..];
            for (var c = 0; c < contours; c++)
                moved[c] = random.NextDouble() < LeftOut ? float.NaN : Voice * (2 * random.NextSingle() - 1);
            for (var f = 0; f < frames; f++)
            for (var c = 0; c < contours; c++)
                utterance[f * contours + c] = float.IsNaN(moved[c]) ? 0 : utterance[f * contours + c] + moved[c];
            for (var gap = 0; gap < Gaps; gap++)
            {
                var time = random.Next(Math.Min(WidestGap, frames / 4) + 1);
                utterance.Slice(random.Next(frames - time + 1) * contours, time * contours).Clear();
            }
        }
    }
}

namespace Prosodia.Dsp;

/// <summary>
/// The pitch of speech every 10 ms: peaks of the autocorrelation of frames, and the cheapest path through them and
/// through being unvoiced; then once more within the speaker's range. Sources: Boersma, IFA Proceedings 17, 1993
/// (autocorrelation, costs of the path, harmonics-to-noise ratio); De Looze and Hirst, Speech Prosody 2008 (range).
/// </summary>
internal sealed class PitchTracker
{
    /// <summary>The lowest and the highest pitch that is looked for, in hertz.</summary>
    public const double Lowest = 75,
        Highest = 600;

    private const double VoicingChangeCost = 0.14,
        OctaveJumpCost = 0.35;
    private const double BelowRange = 0.75, // of the lower quartile
        AboveRange = 2; // of the upper quartile
    private const double MaxStrength = 0.9999;

    /// <summary>Follows the pitch.</summary>
    /// <param name="samples">Speech at 16 kHz.</param>
    /// <param name="frames">How many frames of <see cref="PowerSpectrogram"/> it has.</param>
    public PitchTracker(ReadOnlySpan<float> samples, int frames)
    {
        Hertz = new float[frames];
        Strength = new float[frames];
        var candidates = new PitchPeaks(samples, frames);
        Follow(candidates, Lowest, Highest);
        var voiced = Hertz.Where(h => h > 0).Order().ToArray();
        if (voiced.Length > 0)
            Follow(candidates, BelowRange * voiced[voiced.Length / 4], AboveRange * voiced[voiced.Length * 3 / 4]);
    }

    /// <summary>Pitch in hertz; 0 where a frame is unvoiced.</summary>
    public float[] Hertz { get; }

    /// <summary>Correlation of one period with the next, 0 to 1; 0 where a frame is unvoiced.</summary>
    public float[] Strength { get; }

    /// <summary>
    /// How much louder the periodic part is than the rest, in decibels. Source: Boersma, 1993, equation 4.
    /// </summary>
    public static float HarmonicsToNoise(float strength)
    {
        var r = Math.Clamp(strength, 1 - MaxStrength, MaxStrength);
        return (float)(10 * Math.Log10(r / (1 - r)));
    }

    /// <summary>The cheapest path through candidates of a range, by Viterbi's algorithm.</summary>
    private void Follow(PitchPeaks candidates, double lowest, double highest)
    {
        const int states = PitchPeaks.Most + 1; // the last is unvoiced
        var from = new byte[Hertz.Length * states];
        Span<double> best = stackalloc double[states],
            before = stackalloc double[states],
            octaves = stackalloc double[states],
            octavesBefore = stackalloc double[states];
        before.Fill(double.NegativeInfinity);
        before[^1] = 0;
        for (var frame = 0; frame < Hertz.Length; frame++)
        {
            var here = candidates[frame];
            best.Fill(double.NegativeInfinity);
            for (var c = 0; c < here.Length; c++)
            {
                if (here[c].Hertz < lowest || here[c].Hertz > highest)
                    continue;
                octaves[c] = Math.Log2(here[c].Hertz);
                var (merit, at) = (before[^1] - (frame > 0 ? VoicingChangeCost : 0), states - 1);
                for (var b = 0; b < states - 1; b++)
                    if (
                        before[b] - OctaveJumpCost * Math.Abs(octaves[c] - octavesBefore[b]) is var along
                        && along > merit
                    )
                        (merit, at) = (along, b);
                best[c] = merit + here[c].Merit;
                from[frame * states + c] = (byte)at;
            }
            var (stay, last) = (before[^1], states - 1);
            for (var b = 0; b < states - 1; b++)
                if (before[b] - VoicingChangeCost > stay)
                    (stay, last) = (before[b] - VoicingChangeCost, b);
            best[^1] = stay + candidates.Unvoiced(frame);
            from[frame * states + states - 1] = (byte)last;
            best.CopyTo(before);
            octaves.CopyTo(octavesBefore);
        }
        var state = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(before);
        for (var frame = Hertz.Length - 1; frame >= 0; frame--)
        {
            var here = candidates[frame];
            (Hertz[frame], Strength[frame]) =
                state < states - 1 ? (here[state].Hertz, here[state].Correlation) : (0, 0);
            state = from[frame * states + state];
        }
    }
}

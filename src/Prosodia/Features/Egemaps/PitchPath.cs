namespace Prosodia.Features.Egemaps;

/// <summary>
/// The path through the pitch candidates of lowest cost, by Viterbi's algorithm: unlikely candidates, jumps and bends
/// of pitch, changes between voiced and unvoiced, and pitch outside 100 to 300 Hz cost. Costs were fitted to values of
/// 40 recordings.
/// </summary>
internal static class PitchPath
{
    private const float VoicingThreshold = 0.7f;
    private const double Unlikely = 21.2, // per voicing
        BelowThreshold = 12.3, // per voicing
        Octave = 0.0485, // of a jump
        Bend = 0.417, // of the difference between two jumps, per octave
        Change = 0.858, // between voiced and unvoiced
        OutOfRange = 0.12; // per octave
    private const double MinUsualHertz = 100,
        MaxUsualHertz = 300;
    private const int States = SubharmonicPitch.MaxCandidates + 1; // the last is unvoiced

    /// <summary>The pitch of each frame; 0 where unvoiced.</summary>
    /// <param name="candidates">(frames, 6).</param>
    /// <param name="counts">How many each frame has.</param>
    /// <param name="hertz">(frames).</param>
    public static void Find(ReadOnlySpan<PitchCandidate> candidates, ReadOnlySpan<int> counts, Span<float> hertz)
    {
        var frames = counts.Length;
        var back = new byte[frames * States];
        Span<double> costs = stackalloc double[States],
            before = stackalloc double[States],
            octaves = stackalloc double[States],
            octavesBefore = stackalloc double[States],
            jumps = stackalloc double[States],
            jumpsBefore = stackalloc double[States];
        var countBefore = 0;
        for (var f = 0; f < frames; f++)
        {
            var here = candidates.Slice(f * SubharmonicPitch.MaxCandidates, counts[f]);
            float best = 0;
            for (var c = 0; c < here.Length; c++)
            {
                octaves[c] = Math.Log2(here[c].Hertz);
                best = Math.Max(best, here[c].Voicing);
            }
            for (var c = 0; c < here.Length; c++)
            {
                var (from, cost) = (States - 1, before[States - 1] + Change);
                jumps[c] = 0;
                for (var p = 0; p < countBefore; p++)
                {
                    var jump = octaves[c] - octavesBefore[p];
                    var along = before[p] + Octave * Math.Abs(jump) + Bend * Math.Abs(jump - jumpsBefore[p]);
                    if (along < cost)
                        (from, cost, jumps[c]) = (p, along, jump);
                }
                back[f * States + c] = (byte)from;
                costs[c] = (f == 0 ? 0 : cost) + CostOf(here[c], octaves[c]);
            }
            var (stay, quiet) = (States - 1, before[States - 1]);
            for (var p = 0; p < countBefore; p++)
                if (before[p] + Change < quiet)
                    (stay, quiet) = (p, before[p] + Change);
            back[f * States + States - 1] = (byte)stay;
            costs[States - 1] =
                quiet + Unlikely * (1 - VoicingThreshold) + BelowThreshold * Math.Max(0, best - VoicingThreshold);
            costs.CopyTo(before);
            octaves.CopyTo(octavesBefore);
            jumps.CopyTo(jumpsBefore);
            countBefore = here.Length;
        }
        if (frames == 0)
            return;
        var state = States - 1;
        for (var c = 0; c < countBefore; c++)
            if (before[c] < before[state])
                state = c;
        for (var f = frames - 1; f >= 0; f--)
        {
            hertz[f] = state == States - 1 ? 0 : candidates[f * SubharmonicPitch.MaxCandidates + state].Hertz;
            state = back[f * States + state];
        }
    }

    private static double CostOf(PitchCandidate candidate, double octave) =>
        Unlikely * (1 - candidate.Voicing)
        + BelowThreshold * Math.Max(0, VoicingThreshold - candidate.Voicing)
        + OutOfRange
            * (Math.Max(0, octave - Math.Log2(MaxUsualHertz)) + Math.Max(0, Math.Log2(MinUsualHertz) - octave));
}

namespace Prosodia.Features.Egemaps;

/// <summary>The 88 functionals of a recording's descriptors.</summary>
internal static class EgemapsFunctionals
{
    /// <summary>The functionals in their order.</summary>
    public static float[] Of(EgemapsFrames frames)
    {
        var count = Math.Max(0, frames.Pitch.Length - 1); // frames with pitch; the last is left out
        var values = new float[EgemapsNames.Functionals.Length];
        var at = 0;
        var pitch = Smoothing.NonZero(frames.Pitch);
        Statistics.Describe(NonZero(pitch.AsSpan(0, count)), values.AsSpan(at, 10));
        at += 10;
        var loudness = Smoothing.Plain(frames.Spectral[0]);
        Statistics.Describe(loudness, values.AsSpan(at, 10));
        at += 10;
        for (var d = 5; d < EgemapsFrames.SpectralCount; d++)
            Add(Smoothing.Plain(frames.Spectral[d]));
        for (var d = 0; d < 5; d++)
            Add(NonZero(Smoothing.NonZero(frames.Voice[d]).AsSpan(0, count)));
        for (var i = 0; i < 3; i++)
        {
            Add(Masked(frames.Formants[i], voiced: true));
            Add(Masked(frames.Bandwidths[i], voiced: true));
            Add(NonZero(Smoothing.NonZero(frames.Voice[5 + i]).AsSpan(0, count)));
        }
        for (var d = 1; d < EgemapsFrames.SpectralCount; d++)
            Add(Masked(frames.Spectral[d], voiced: true));
        for (var d = 1; d < 6; d++)
            values[at++] = Statistics.MeanAndDeviation(Masked(frames.Spectral[d], voiced: false)).Mean;
        values[at++] = Statistics.PeaksPerSecond(loudness);
        Statistics.Runs(pitch.AsSpan(0, count), values.AsSpan(at, 5));
        values[at + 5] = frames.EquivalentLevel;
        return values;

        void Add(float[] descriptor) => (values[at++], values[at++]) = Statistics.MeanAndDeviation(descriptor);

        // set to 0 by the pitch before smoothing
        float[] Masked(float[] descriptor, bool voiced)
        {
            var masked = new float[frames.Pitch.Length];
            for (var f = 0; f < masked.Length; f++)
                masked[f] = frames.Pitch[f] > 0 == voiced ? descriptor[f] : 0;
            return NonZero(Smoothing.NonZero(masked).AsSpan(0, count));
        }
    }

    private static float[] NonZero(ReadOnlySpan<float> values)
    {
        var kept = new float[values.Length - values.Count(0f)];
        var at = 0;
        foreach (var value in values)
            if (value != 0)
                kept[at++] = value;
        return kept;
    }
}

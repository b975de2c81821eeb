using System.Numerics;
using System.Runtime.InteropServices;
using Prosodia.Dsp;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// The descriptors of a recording before smoothing: of frames of 20 ms, and of frames of 60 ms where pitch takes part.
/// Frames begin every 10 ms.
/// </summary>
internal sealed class EgemapsFrames
{
    /// <summary>Descriptors of frames of 20 ms: loudness, spectral shape, cepstra.</summary>
    public const int SpectralCount = 1 + SpectralShape.Count + AuditoryBands.Cepstra;

    private const double FullScale = 32768.0 / 32767; // samples are 16-bit integers over 32767
    private const double MinLevel = 0.001; // root mean square of a windowed frame: quieter ones have no voice
    private const double SemitoneZero = 27.5; // Hz

    private readonly int _rate,
        _hop; // in whole samples, of which windows are made
    private readonly double _step; // samples from one frame to the next
    private readonly bool _asPublished;
    private readonly float[] _short,
        _long; // windows
    private readonly int _shortSize,
        _longSize;

    /// <param name="rate">Samples a second.</param>
    /// <param name="asPublished">Rather than compatible.</param>
    public EgemapsFrames(int rate, bool asPublished)
    {
        (_rate, _hop, _step, _asPublished) = (rate, rate / 100, rate / 100.0, asPublished);
        var (shortLength, longLength) = (2 * _hop, 6 * _hop);
        _short =
        [
            .. Enumerable
                .Range(0, shortLength)
                .Select(i => (float)(FullScale * (0.54 - 0.46 * Math.Cos(2 * Math.PI * i / (shortLength - 1))))),
        ];
        var middle = (longLength - 1) / 2.0;
        _long =
        [
            .. Enumerable
                .Range(0, longLength)
                .Select(i => (float)(FullScale * Math.Exp(-0.5 * Math.Pow((i - middle) / (0.4 * middle), 2)))),
        ];
        _shortSize = (int)BitOperations.RoundUpToPowerOf2((uint)shortLength);
        _longSize = (int)BitOperations.RoundUpToPowerOf2((uint)longLength);
    }

    /// <summary>Loudness, alpha ratio, Hammarberg index, slopes, flux, cepstra; (10, frames of 20 ms).</summary>
    public float[][] Spectral { get; private set; } = [];

    /// <summary>Frequencies of three formants; (3, frames of 20 ms).</summary>
    public float[][] Formants { get; private set; } = [];

    /// <summary>Their bandwidths.</summary>
    public float[][] Bandwidths { get; private set; } = [];

    /// <summary>Pitch in semitones over 27.5 Hz; 0 where unvoiced; (frames of 60 ms).</summary>
    public float[] Pitch { get; private set; } = [];

    /// <summary>Jitter, shimmer, HNR, H1-H2, H1-A3, three amplitudes; (8, frames of 60 ms).</summary>
    public float[][] Voice { get; private set; } = [];

    /// <summary>The mean power of frames of 20 ms, in decibels.</summary>
    public float EquivalentLevel { get; private set; }

    /// <summary>Frames of the table of <see cref="Smoothed"/>.</summary>
    public int Count => Math.Min(Pitch.Length + 1, Spectral[0].Length);

    /// <summary>Measures a recording.</summary>
    public void Measure(ReadOnlySpan<float> samples)
    {
        if (samples.Length < _long.Length)
            throw new ArgumentException($"has {samples.Length} samples; at least {_long.Length} are needed");
        MeasureShort(samples);
        MeasureLong(samples);
        MeasureLevel(samples);
    }

    private int StartOf(int frame) => (int)Math.Round(frame * _step);

    private static float[][] Rows(int count, int length) =>
        [.. Enumerable.Range(0, count).Select(_ => new float[length])];

    private void MeasureShort(ReadOnlySpan<float> samples)
    {
        var frames = (int)((samples.Length - _short.Length) / _step) + 1;
        (Spectral, Formants, Bandwidths) = (Rows(SpectralCount, frames), Rows(3, frames), Rows(3, frames));
        var spectrum = new LaneSpectrum(_short, _shortSize);
        var hertz = (double)_rate / _shortSize;
        var bands = new AuditoryBands(spectrum.Bins, hertz);
        var shape = new SpectralShape(spectrum.Bins, hertz, _asPublished);
        var formants = new LaneFormants(hertz, _asPublished);
        var power = new Vector<float>[spectrum.Bins];
        var values = new Vector<float>[SpectralCount];
        var (frequencies, widths) = (new float[LaneSpectrum.Lanes * 3], new float[LaneSpectrum.Lanes * 3]);
        var flat = MemoryMarshal.Cast<Vector<float>, float>(values.AsSpan());
        for (var first = 0; first < frames; first += LaneSpectrum.Lanes)
        {
            spectrum.Transform(samples, first, frames, _step);
            spectrum.Power(power);
            values[0] = bands.Measure(power, values.AsSpan(1 + SpectralShape.Count));
            shape.Measure(power, first == 0, values.AsSpan(1, SpectralShape.Count));
            formants.Measure(spectrum.Real, spectrum.Imaginary, frequencies, widths);
            for (var lane = 0; lane < LaneSpectrum.Lanes && first + lane < frames; lane++)
            {
                for (var d = 0; d < SpectralCount; d++)
                    Spectral[d][first + lane] = flat[d * LaneSpectrum.Lanes + lane];
                for (var i = 0; i < 3; i++)
                    (Formants[i][first + lane], Bandwidths[i][first + lane]) = (
                        frequencies[lane * 3 + i],
                        widths[lane * 3 + i]
                    );
            }
        }
    }

    private void MeasureLong(ReadOnlySpan<float> samples)
    {
        var frames = (int)((samples.Length - _long.Length) / _step) + 1;
        (Pitch, Voice) = (new float[frames], Rows(8, frames));
        var spectrum = new LaneSpectrum(_long, _longSize);
        var hertz = (double)_rate / _longSize;
        var power = new Vector<float>[spectrum.Bins];
        var pitch = FindPitch(samples, spectrum, hertz, power, frames);
        for (var f = 0; f < frames; f++)
            Pitch[f] = pitch[f] == 0 ? 0 : (float)Math.Max(1, 12 * Math.Log2(pitch[f] / SemitoneZero));
        for (var i = 5; i < 8; i++)
            Array.Fill(Voice[i], HarmonicLevels.NoAmplitude);

        var levels = new HarmonicLevels(hertz, _asPublished);
        var magnitudes = new Vector<float>[spectrum.Bins];
        var flat = MemoryMarshal.Cast<Vector<float>, float>(magnitudes.AsSpan());
        var correlation = MemoryMarshal.Cast<Vector<float>, float>(power.AsSpan());
        Span<float> values = stackalloc float[5],
            formants = stackalloc float[3];
        for (var first = 0; first < frames; first += LaneSpectrum.Lanes)
        {
            var block = pitch.AsSpan(first, Math.Min(LaneSpectrum.Lanes, frames - first));
            if (!block.ContainsAnyExcept(0f))
                continue;
            spectrum.Transform(samples, first, frames, _step);
            spectrum.Power(power);
            for (var k = 0; k < power.Length; k++)
                magnitudes[k] = Vector.SquareRoot(power[k]);
            spectrum.TransformEven(power);
            spectrum.Real.CopyTo(power);
            for (var lane = 0; lane < block.Length; lane++)
            {
                if (block[lane] == 0)
                    continue;
                var f = first + lane;
                var start = StartOf(_asPublished ? f : Math.Max(0, f - 2)); // compatible: values lag
                var cycles = start..(start + (_asPublished ? 6 : 4) * _hop);
                for (var i = 0; i < 3; i++)
                    formants[i] = Formants[i][f];
                (Voice[0][f], Voice[1][f]) = CycleVariation.Measure(samples[cycles], _rate / block[lane]);
                Voice[2][f] = HarmonicLevels.HarmonicsToNoise(correlation, lane, _rate / block[lane]);
                levels.Measure(flat, lane, block[lane], formants, values);
                for (var i = 0; i < values.Length; i++)
                    Voice[3 + i][f] = values[i];
            }
        }
    }

    private float[] FindPitch(
        ReadOnlySpan<float> samples,
        LaneSpectrum spectrum,
        double hertz,
        Vector<float>[] power,
        int frames
    )
    {
        var finder = new SubharmonicPitch(spectrum.Bins, hertz);
        var padded = (frames + LaneSpectrum.Lanes - 1) / LaneSpectrum.Lanes * LaneSpectrum.Lanes;
        var candidates = new PitchCandidate[padded * SubharmonicPitch.MaxCandidates];
        var (counts, energy, pitch) = (new int[padded], new float[padded], new float[frames]);
        for (var first = 0; first < frames; first += LaneSpectrum.Lanes)
        {
            spectrum.Transform(samples, first, frames, _step);
            spectrum.Energy.CopyTo(energy, first);
            spectrum.Power(power);
            finder.Measure(power, candidates.AsSpan(first * SubharmonicPitch.MaxCandidates), counts.AsSpan(first));
        }
        PitchPath.Find(candidates, counts.AsSpan(0, frames), pitch);
        for (var f = 0; f < frames; f++)
            if (Math.Sqrt(energy[f] / _long.Length) <= MinLevel)
                pitch[f] = 0;
        return pitch;
    }

    private void MeasureLevel(ReadOnlySpan<float> samples)
    {
        var frames = Spectral[0].Length;
        double sum = 0;
        for (var f = 0; f < frames; f++)
            foreach (var x in samples.Slice(StartOf(f), _short.Length))
                sum += (double)x * x;
        sum *= FullScale * FullScale / ((double)frames * _short.Length);
        EquivalentLevel = (float)(10 * Math.Log10(Math.Max(sum, 1e-14)));
    }

    /// <summary>The smoothed descriptors, (frames, 25), row-major; the last frame has no pitch.</summary>
    public float[] Smoothed()
    {
        var rows = Count;
        float[] Longer(float[] values, float fill) =>
            [.. values.Take(rows), .. Enumerable.Repeat(fill, Math.Max(0, rows - values.Length))];
        List<float[]> columns = [.. Spectral.Select(s => Smoothing.Plain(s))];
        columns.Add(Smoothing.NonZero(Longer(Pitch, 0)));
        for (var i = 0; i < 5; i++)
            columns.Add(Smoothing.NonZero(Longer(Voice[i], 0)));
        for (var i = 0; i < 3; i++)
        {
            columns.Add(Smoothing.NonZero(Formants[i].AsSpan(0, rows)));
            columns.Add(Smoothing.NonZero(Bandwidths[i].AsSpan(0, rows)));
            columns.Add(Smoothing.NonZero(Longer(Voice[5 + i], HarmonicLevels.NoAmplitude)));
        }
        var table = new float[rows * columns.Count];
        for (var c = 0; c < columns.Count; c++)
        for (var f = 0; f < rows; f++)
            table[f * columns.Count + c] = columns[c][f];
        return table;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using Prosodia.Dsp;

namespace Prosodia.Features.Egemaps;

/// <summary>A frequency that may be a frame's pitch.</summary>
/// <param name="Hertz">The frequency.</param>
/// <param name="Voicing">How much it stands out, below 1.</param>
internal readonly record struct PitchCandidate(float Hertz, float Voicing);

/// <summary>
/// Pitch candidates by subharmonic summation: peaks of the spectrum on an octave scale, added up at the distances of
/// the harmonics. Source: Hermes, Measurement of Pitch by Subharmonic Summation, JASA 83, 1988.
/// </summary>
internal sealed class SubharmonicPitch
{
    /// <summary>Candidates of a frame at most.</summary>
    public const int MaxCandidates = 6;

    private const int Points = 513,
        Harmonics = 15;
    private const double Lowest = 25,
        Highest = 8000,
        Compression = 0.85; // from one harmonic to the next
    private const double MinHertz = 55,
        MaxHertz = 1000;

    private static readonly double OctavesPerPoint = Math.Log2(Highest / Lowest) / (Points - 1);

    private readonly int[] _bin = new int[Points]; // the one at or below each point
    private readonly float[] _below = new float[Points],
        _above = new float[Points]; // how much of the way from one bin to the next
    private readonly float[] _weight = new float[Points];
    private readonly float[] _pivot; // of the spline's equations, 1 over the diagonal
    private readonly Vector<float>[] _peaks,
        _bend;
    private readonly int[] _top = new int[Vector<float>.Count * MaxCandidates],
        _found = new int[Vector<float>.Count];
    private Vector<float> _mean;
    private readonly Vector<float>[] _octaves = new Vector<float>[Points],
        _sums = new Vector<float>[Points];
    private static readonly int[] Shifts =
    [
        .. Enumerable.Range(1, Harmonics).Select(n => (int)(Math.Log2(n) * Points / Math.Log2(Highest / Lowest))),
    ];
    private static readonly float[] Shares =
    [
        .. Enumerable.Range(0, Harmonics).Select(n => (float)(Math.Pow(Compression, n) / Harmonics)),
    ];

    /// <param name="bins">How many the spectra have.</param>
    /// <param name="binHertz">From one bin to the next.</param>
    public SubharmonicPitch(int bins, double binHertz)
    {
        (_peaks, _bend) = (new Vector<float>[bins], new Vector<float>[bins]);
        for (var p = 0; p < Points; p++)
        {
            var hertz = Lowest * Math.Pow(2, p * OctavesPerPoint);
            var at = Math.Min(hertz / binHertz, bins - 1);
            _bin[p] = Math.Min((int)at, bins - 2);
            _above[p] = (float)(at - _bin[p]);
            _below[p] = 1 - _above[p];
            _weight[p] = (float)(0.5 + Math.Atan(3 * Math.Log2(hertz / 31.8)) / Math.PI);
        }
        _pivot = new float[bins];
        for (var k = 1; k < bins - 1; k++)
            _pivot[k] = 1 / (4 - (k > 1 ? _pivot[k - 1] : 0));
    }

    /// <summary>Finds the candidates of frames.</summary>
    /// <param name="power">Squared magnitudes, (bins).</param>
    /// <param name="candidates">Of each lane, the best first; (lanes, 6).</param>
    /// <param name="counts">How many each lane has.</param>
    public void Measure(ReadOnlySpan<Vector<float>> power, Span<PitchCandidate> candidates, Span<int> counts)
    {
        KeepPeaks(power);
        ToOctaves();
        AddHarmonics();
        FindMaxima();
        var sums = MemoryMarshal.Cast<Vector<float>, float>(_sums.AsSpan());
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            counts[lane] = Pick(sums, lane, candidates.Slice(lane * MaxCandidates, MaxCandidates));
    }

    /// <summary>Magnitudes within two bins of a local maximum, smoothed; the others are 0.</summary>
    private void KeepPeaks(ReadOnlySpan<Vector<float>> power)
    {
        var last = power.Length - 1;
        Vector<float> before2 = default, // kept values of the two bins before
            before1 = default;
        // masks of the maxima at k - 2 ... k + 2
        Vector<int> a = default,
            b = default,
            c = IsMaximum(power, 0),
            d = IsMaximum(power, 1),
            e;
        for (var k = 0; k <= last; k++)
        {
            e = k + 2 <= last ? IsMaximum(power, k + 2) : default;
            var near = a | b | c | d | e;
            var kept = Vector.ConditionalSelect(near, Vector.SquareRoot(power[k]), Vector<float>.Zero);
            if (k >= 1)
                _peaks[k - 1] = 0.25f * before2 + 0.5f * before1 + 0.25f * kept;
            if (k == last)
                _peaks[k] = kept;
            (before2, before1) = (before1, kept);
            (a, b, c, d) = (b, c, d, e);
        }
    }

    private static Vector<int> IsMaximum(ReadOnlySpan<Vector<float>> power, int k)
    {
        var mask = Vector<int>.AllBitsSet;
        if (k > 0)
            mask &= Vector.GreaterThan(power[k], power[k - 1]);
        if (k < power.Length - 1)
            mask &= Vector.GreaterThanOrEqual(power[k], power[k + 1]);
        return mask;
    }

    /// <summary>The natural cubic spline through the bins, at points equidistant in octaves; weighted.</summary>
    private void ToOctaves()
    {
        var last = _peaks.Length - 1;
        _bend[0] = _bend[last] = Vector<float>.Zero;
        for (var k = 1; k < last; k++)
            _bend[k] = (6 * (_peaks[k + 1] - 2 * _peaks[k] + _peaks[k - 1]) - _bend[k - 1]) * _pivot[k];
        for (var k = last - 2; k > 0; k--)
            _bend[k] -= _bend[k + 1] * _pivot[k];
        for (var p = 0; p < Points; p++)
        {
            var (k, below, above) = (_bin[p], _below[p], _above[p]);
            var value =
                _peaks[k] * below
                + _peaks[k + 1] * above
                + _bend[k] * ((below * below * below - below) / 6)
                + _bend[k + 1] * ((above * above * above - above) / 6);
            _octaves[p] = Vector.Max(value, Vector<float>.Zero) * _weight[p];
        }
    }

    private void AddHarmonics()
    {
        for (var p = 0; p < Points; p++)
        {
            var sum = Vector<float>.Zero;
            for (var n = 0; n < Harmonics && p + Shifts[n] < Points; n++)
                sum += _octaves[p + Shifts[n]] * Shares[n];
            _sums[p] = sum;
        }
    }

    /// <summary>The highest local maxima of each lane, and its mean.</summary>
    private void FindMaxima()
    {
        var lanes = Vector<float>.Count;
        var sums = MemoryMarshal.Cast<Vector<float>, float>(_sums.AsSpan());
        _found.AsSpan().Clear();
        var total = _sums[0] + _sums[1];
        for (var p = 1; p < Points - 1; p++)
        {
            total += _sums[p + 1];
            var isTop = Vector.GreaterThan(_sums[p], _sums[p - 1]) & Vector.GreaterThan(_sums[p], _sums[p + 1]);
            if (isTop == Vector<int>.Zero)
                continue;
            for (var lane = 0; lane < lanes; lane++)
                if (isTop[lane] != 0)
                    Note(sums, lane, p);
        }
        _mean = total * (1f / Points);
    }

    /// <summary>Keeps a maximum of a lane where it is among the highest, which come first.</summary>
    private void Note(ReadOnlySpan<float> sums, int lane, int p)
    {
        var lanes = Vector<float>.Count;
        var top = _top.AsSpan(lane * MaxCandidates, MaxCandidates);
        var value = sums[p * lanes + lane];
        var found = _found[lane];
        if (found == MaxCandidates && value <= sums[top[^1] * lanes + lane])
            return;
        var at = Math.Min(found, MaxCandidates - 1);
        for (; at > 0 && sums[top[at - 1] * lanes + lane] < value; at--)
            top[at] = top[at - 1];
        top[at] = p;
        _found[lane] = Math.Min(found + 1, MaxCandidates);
    }

    /// <summary>The maxima of a lane that are in the range of pitch.</summary>
    private int Pick(ReadOnlySpan<float> sums, int lane, Span<PitchCandidate> candidates)
    {
        var lanes = Vector<float>.Count;
        var mean = _mean[lane];
        var count = 0;
        foreach (var p in _top.AsSpan(lane * MaxCandidates, _found[lane]))
        {
            var (offset, score) = ParabolicInterpolation.Top(
                sums[(p - 1) * lanes + lane],
                sums[p * lanes + lane],
                sums[(p + 1) * lanes + lane]
            );
            var hertz = Lowest * Math.Pow(2, (p + offset) * OctavesPerPoint);
            if (hertz is < MinHertz or > MaxHertz)
                continue;
            var candidate = new PitchCandidate((float)hertz, (float)(1 - mean / score));
            var at = count++;
            for (; at > 0 && candidates[at - 1].Voicing < candidate.Voicing; at--)
                candidates[at] = candidates[at - 1];
            candidates[at] = candidate;
        }
        return count;
    }
}

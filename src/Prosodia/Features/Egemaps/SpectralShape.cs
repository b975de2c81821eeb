using System.Numerics;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// Balance and slopes of a frame's spectrum in decibels, and how it differs from the frame before. Sources: Hammarberg
/// et al., Acta Oto-Laryngologica 90, 1980; Eyben et al., IEEE Trans. Affective Computing 7, 2016.
/// </summary>
internal sealed class SpectralShape
{
    /// <summary>Values of a frame: alpha ratio, Hammarberg index, two slopes, flux.</summary>
    public const int Count = 5;

    private const float MinPower = 1e-14f;
    private const float DecibelsPerOctave = 3.0102999566f; // of a power

    private readonly int _bin500,
        _bin1000,
        _bin1500,
        _bin2000,
        _bin5000;
    private readonly double _binHertz;
    private readonly bool _asPublished;
    private readonly float[] _magnitudes; // of the flux's bins, a lane more than a register: that of the frame before
    private readonly int _fluxBins;

    /// <param name="bins">How many the spectra have.</param>
    /// <param name="binHertz">From one bin to the next.</param>
    /// <param name="asPublished">Whether slopes are independent of the level and start above 50 Hz.</param>
    public SpectralShape(int bins, double binHertz, bool asPublished)
    {
        (_binHertz, _asPublished) = (binHertz, asPublished);
        int At(double hertz) => Math.Min(bins - 1, (int)Math.Round(hertz / binHertz));
        (_bin500, _bin1000, _bin1500, _bin2000, _bin5000) = (At(500), At(1000), At(1500), At(2000), At(5000));
        _fluxBins = Math.Min(bins, _bin5000);
        _magnitudes = new float[_fluxBins * (Vector<float>.Count + 1)];
    }

    /// <summary>Measures frames.</summary>
    /// <param name="power">Squared magnitudes, (bins).</param>
    /// <param name="isFirst">Whether the first lane is the recording's first frame, which has no flux.</param>
    /// <param name="values">(5): decibels, decibels, decibels a hertz (twice), magnitude.</param>
    public void Measure(ReadOnlySpan<Vector<float>> power, bool isFirst, Span<Vector<float>> values)
    {
        var lowest = _asPublished ? (int)Math.Ceiling(50 / _binHertz) : 0;
        values[0] = Decibels(Sum(power[_bin1000..(_bin5000 + 1)])) - Decibels(Sum(power[lowest.._bin1000]));
        values[1] = Decibels(Max(power[..(_bin2000)])) - Decibels(Max(power[_bin2000..(_bin5000 + 1)]));
        values[2] = Slope(power, 0, _bin500);
        values[3] = Slope(power, _bin500, _bin1500);
        values[4] = Flux(power, isFirst);
    }

    /// <summary>
    /// The line of least squares through decibels, per hertz. Where not as published, the number of bins is put in as
    /// one less, so that weights don't add up to 0 and the slope depends on the level.
    /// </summary>
    private Vector<float> Slope(ReadOnlySpan<Vector<float>> power, int first, int last)
    {
        double n = last - first + (_asPublished ? 1 : 0),
            sumX = 0,
            sumXx = 0;
        for (var x = first; x <= last; x++)
            (sumX, sumXx) = (sumX + x, sumXx + (double)x * x);
        var scale = 1 / ((n * sumXx - sumX * sumX) * _binHertz);
        var slope = Vector<float>.Zero;
        for (var x = first; x <= last; x++)
            slope += Decibels(power[x]) * (float)((n * x - sumX) * scale);
        return slope;
    }

    private Vector<float> Flux(ReadOnlySpan<Vector<float>> power, bool isFirst)
    {
        var lanes = Vector<float>.Count;
        var sum = Vector<float>.Zero;
        for (var k = 0; k < _fluxBins; k++)
        {
            var row = _magnitudes.AsSpan(k * (lanes + 1), lanes + 1);
            row[0] = row[lanes];
            var now = Vector.SquareRoot(power[k]);
            now.CopyTo(row[1..]);
            var change = now - new Vector<float>(row);
            sum += change * change;
        }
        var flux = Vector.SquareRoot(sum * (1f / _fluxBins));
        return isFirst ? flux.WithElement(0, 0) : flux;
    }

    private static Vector<float> Decibels(Vector<float> power) =>
        Vector.Log2(Vector.Max(power, new Vector<float>(MinPower))) * DecibelsPerOctave;

    private static Vector<float> Sum(ReadOnlySpan<Vector<float>> values)
    {
        var sum = Vector<float>.Zero;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    private static Vector<float> Max(ReadOnlySpan<Vector<float>> values)
    {
        var largest = values[0];
        foreach (var value in values)
            largest = Vector.Max(largest, value);
        return largest;
    }
}

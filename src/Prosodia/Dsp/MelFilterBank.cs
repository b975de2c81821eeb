using System.Numerics.Tensors;

namespace Prosodia.Dsp;

/// <summary>
/// Mel bands: triangles over the bins of a spectrum from 0 to 8 kHz, evenly spaced in mel, each of height 1 at its
/// middle. A triangle so narrow that it lies between two bins has no energy. Source of the scale: O'Shaughnessy, Speech
/// Communication, 1987: mel = 2595 log10(1 + f / 700).
/// </summary>
internal sealed class MelFilterBank
{
    private const float NyquistHertz = 8000;

    private readonly (int First, float[] Weights)[] _bands;

    /// <summary>Prepares bands.</summary>
    /// <param name="bands">How many.</param>
    /// <param name="lowest">Where the first triangle begins, in hertz.</param>
    public MelFilterBank(int bands, float lowest = 0)
    {
        var first = Mel(lowest);
        var step = (Mel(NyquistHertz) - first) / (bands + 1);
        _bands =
        [
            .. Enumerable
                .Range(1, bands)
                .Select(band =>
                {
                    float[] all =
                    [
                        .. Enumerable
                            .Range(0, SpectrumShape.Bins)
                            .Select(bin =>
                                Math.Max(
                                    0,
                                    1
                                        - Math.Abs(
                                            (Mel(bin * NyquistHertz / (SpectrumShape.Bins - 1)) - first) / step - band
                                        )
                                )
                            ),
                    ];
                    var from = Array.FindIndex(all, w => w > 0);
                    return from < 0 ? (0, []) : (from, all[from..(Array.FindLastIndex(all, w => w > 0) + 1)]);
                }),
        ];
    }

    /// <summary>How many bands.</summary>
    public int Count => _bands.Length;

    /// <summary>The energy of each band.</summary>
    /// <param name="power">Squared magnitudes of the 257 bins.</param>
    /// <param name="energies">(bands).</param>
    public void Apply(ReadOnlySpan<float> power, Span<float> energies)
    {
        for (var band = 0; band < _bands.Length; band++)
            energies[band] = TensorPrimitives.Dot(
                power.Slice(_bands[band].First, _bands[band].Weights.Length),
                _bands[band].Weights
            );
    }

    private static float Mel(float hertz) => 2595 * MathF.Log10(1 + hertz / 700);
}

namespace Prosodia.Dsp;

/// <summary>The shape that all spectra of the program have: 512 samples at 16 kHz, 31.25 Hz a bin.</summary>
internal static class SpectrumShape
{
    /// <summary>Samples of a transform.</summary>
    public const int Window = 512;

    /// <summary>Frequencies from 0 Hz to half the sampling rate.</summary>
    public const int Bins = Window / 2 + 1;
}

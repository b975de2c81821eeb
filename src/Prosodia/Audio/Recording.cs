namespace Prosodia.Audio;

/// <summary>One channel of speech at 16 kHz, as every later stage expects it.</summary>
/// <param name="Samples">Amplitudes, full scale is 1; finite.</param>
/// <param name="Warnings">What was odd about the file although it could be used.</param>
public sealed record Recording(float[] Samples, IReadOnlyList<string> Warnings)
{
    /// <summary>Samples a second of every recording: the rate of the corpora and of the paper.</summary>
    public const int SampleRate = 16_000;

    /// <summary>Samples a second; another rate than 16 kHz only where features are measured at a file's own.</summary>
    internal int Rate { get; init; } = SampleRate;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>When a sample is, from the start; exact, since a sample lasts 625 ticks.</summary>
    internal static TimeSpan TimeOf(long sample) => new(sample * (TimeSpan.TicksPerSecond / SampleRate));
}

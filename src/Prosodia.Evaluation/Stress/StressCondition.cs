using Prosodia.Audio;
using Prosodia.Evaluation.Degradations;

namespace Prosodia.Evaluation.Stress;

/// <summary>What is asked of a model under a condition.</summary>
internal enum StressDemand
{
    /// <summary>A change that listeners hardly notice: nearly all answers stay.</summary>
    Small,

    /// <summary>A condition that recordings have: UA hardly falls.</summary>
    Usual,

    /// <summary>More than can be asked; it is in the curves, and no test.</summary>
    Beyond,
}

/// <summary>What surrounds recordings in a stress run.</summary>
/// <param name="Voices">Recordings that babble is made of, with their speakers.</param>
/// <param name="Sounds">Other sounds; empty where none were given.</param>
/// <param name="Seed">Of the sounds that are made.</param>
internal sealed record StressSurroundings(
    IReadOnlyList<(string Speaker, float[] Samples)> Voices,
    IReadOnlyList<float[]> Sounds,
    int Seed
)
{
    private const int Seconds = 30; // of sounds of which recordings have a part each

    private readonly Lazy<float[]> _white = new(() => Noises.White(Seconds * Recording.SampleRate, Seed)),
        _pink = new(() => Noises.Pink(Seconds * Recording.SampleRate, Seed)),
        _music = new(() => Noises.Music(Seconds * Recording.SampleRate, Seed));

    /// <summary>White noise for a recording.</summary>
    public float[] WhiteFor(StressSound sound) => Part(_white.Value, sound);

    /// <summary>Pink noise for a recording.</summary>
    public float[] PinkFor(StressSound sound) => Part(_pink.Value, sound);

    /// <summary>Music for a recording.</summary>
    public float[] MusicFor(StressSound sound) => Part(_music.Value, sound);

    private static float[] Part(float[] whole, StressSound sound)
    {
        ArgumentNullException.ThrowIfNull(sound);
        var start = new Random(sound.Seed).Next(whole.Length);
        return [.. whole.AsSpan(start), .. whole.AsSpan(0, start)];
    }
}

/// <summary>A recording in a stress run.</summary>
/// <param name="Recording">The recording, one channel at 16 kHz.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Seed">Of all that is random in its degradations.</param>
internal sealed record StressSound(Recording Recording, string Speaker, int Seed);

/// <summary>A way in which recordings are degraded, and how much.</summary>
/// <param name="Family">The way.</param>
/// <param name="Strength">How much, on the axis of a curve.</param>
/// <param name="Unit">Of the strength.</param>
/// <param name="Demand">What is asked of a model.</param>
internal sealed record StressCondition(string Family, double Strength, string Unit, StressDemand Demand)
{
    /// <summary>Degrades a recording; null where <see cref="Codec"/> does it.</summary>
    public Func<StressSound, StressSurroundings, Recording>? Degrade { get; init; }

    /// <summary>Codes and decodes recordings; null where <see cref="Degrade"/> degrades them.</summary>
    public FfmpegCodec? Codec { get; init; }

    /// <summary>Whether it needs sounds of the user.</summary>
    public bool NeedsSounds { get; init; }

    /// <summary>What it is called in tables: <c>white noise 20 dB</c>.</summary>
    public string Name => FormattableString.Invariant($"{Family} {Strength:0.###} {Unit}").TrimEnd();
}

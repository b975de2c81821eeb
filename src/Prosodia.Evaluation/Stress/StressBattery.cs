using Prosodia.Audio;
using Prosodia.Evaluation.Degradations;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// The conditions under which models are tested. Small changes, of each range its hardest end, and the ratios of added
/// sound are those of Derington et al., Testing Correctness, Fairness, and Robustness of Speech Emotion Recognition
/// Models, arXiv 2312.06270; rooms, codecs and packets are moderate ones of everyday.
/// </summary>
internal static class StressBattery
{
    /// <summary>Raised where a condition or what is kept of an answer changes.</summary>
    public const int Version = 1;

    private const StressDemand Small = StressDemand.Small,
        Usual = StressDemand.Usual,
        Beyond = StressDemand.Beyond;

    /// <summary>All conditions.</summary>
    public static IReadOnlyList<StressCondition> All { get; } =
    [
        .. Family(
            "tone",
            "dB",
            [(40, Small), (20, Beyond)],
            s =>
                (sound, _) =>
                    sound.Recording.With(Noises.Tone(Length(sound), 5000 + new Random(sound.Seed).Next(2000)), s)
        ),
        .. Family(
            "clipping",
            "%",
            [(0.3, Small), (3, Usual), (10, Beyond)],
            s => (sound, _) => sound.Recording.Clipped(s / 100)
        ),
        .. Family(
            "gain",
            "dB",
            [(-20, Usual), (-10, Usual), (-2, Small), (2, Small), (10, Usual), (20, Beyond)],
            s => (sound, _) => sound.Recording.Amplified(s)
        ),
        .. Family(
            "zeros before",
            "ms",
            [(62.5, Small), (500, Usual)],
            s => (sound, _) => Changed(sound, x => [.. new float[Samples(s)], .. x])
        ),
        .. Family(
            "zeros after",
            "ms",
            [(62.5, Small), (500, Usual)],
            s => (sound, _) => Changed(sound, x => [.. x, .. new float[Samples(s)]])
        ),
        .. Family(
            "start cut",
            "ms",
            [(62.5, Small), (200, Usual), (500, Beyond)],
            s => (sound, _) => Changed(sound, x => x[Math.Min(Samples(s), x.Length / 2)..])
        ),
        .. Family(
            "end cut",
            "ms",
            [(62.5, Small), (200, Usual), (500, Beyond)],
            s => (sound, _) => Changed(sound, x => x[..^Math.Min(Samples(s), x.Length / 2)])
        ),
        .. Family(
            "high-pass",
            "Hz",
            [(150, Small), (300, Usual), (600, Beyond)],
            s => (sound, _) => sound.Recording.HighPass(s)
        ),
        .. Family(
            "low-pass",
            "Hz",
            [(6500, Small), (3400, Usual), (1500, Beyond)],
            s => (sound, _) => sound.Recording.LowPass(s)
        ),
        .. Family(
            "white noise",
            "dB",
            [(35, Small), (20, Usual), (10, Beyond), (5, Beyond)],
            s => (sound, around) => sound.Recording.With(around.WhiteFor(sound), s)
        ),
        .. Family(
            "pink noise",
            "dB",
            [(20, Usual), (10, Beyond), (5, Beyond)],
            s => (sound, around) => sound.Recording.With(around.PinkFor(sound), s)
        ),
        .. Family(
            "babble",
            "dB",
            [(20, Usual), (10, Beyond), (5, Beyond)],
            s => (sound, around) => Babble(sound, around, s)
        ),
        .. Family(
            "music",
            "dB",
            [(20, Usual), (10, Beyond)],
            s => (sound, around) => sound.Recording.With(around.MusicFor(sound), s)
        ),
        .. Family(
                "other sound",
                "dB",
                [(20, Usual), (10, Beyond), (5, Beyond)],
                s =>
                    (sound, around) =>
                        sound.Recording.With(around.Sounds[new Random(sound.Seed).Next(around.Sounds.Count)], s)
            )
            .Select(c => c with { NeedsSounds = true }),
        .. Family(
            "room",
            "s",
            [(0.3, Usual), (0.6, Usual), (1, Beyond)],
            s => (sound, _) => sound.Recording.InRoom(s, directToReverberant: 5, sound.Seed)
        ),
        .. Family(
            "far microphone",
            "m",
            [(1, Usual), (2, Usual), (4, Beyond)],
            s => (sound, around) => Far(sound, around, s)
        ),
        .. Family(
            "spectral tilt",
            "dB/octave",
            [(-6, Beyond), (-3, Usual), (3, Usual), (6, Beyond)],
            s => (sound, _) => sound.Recording.Tilted(s)
        ),
        .. Family("G.711", "", [(64, Usual)], _ => (sound, _) => sound.Recording.OverTelephone(), "kbit/s"),
        .. Codec("GSM", [(13.2, Usual)], _ => new FfmpegCodec("libgsm", ".gsm", "-ar", "8000", "-ac", "1")),
        .. Codec(
            "AMR",
            [(12.2, Usual), (7.4, Usual), (4.75, Beyond)],
            s => new FfmpegCodec("libopencore_amrnb", ".amr", "-ar", "8000", "-ac", "1", "-b:a", Rate(s))
        ),
        .. Codec(
            "Opus",
            [(24, Usual), (12, Usual), (6, Beyond)],
            s => new FfmpegCodec("libopus", ".opus", "-application", "voip", "-b:a", Rate(s))
        ),
        .. Codec(
            "MP3",
            [(64, Usual), (32, Usual), (16, Beyond)],
            s => new FfmpegCodec("libmp3lame", ".mp3", "-b:a", Rate(s))
        ),
        .. Family(
            "packet loss",
            "%",
            [(2, Usual), (5, Usual), (10, Beyond), (20, Beyond)],
            s => (sound, _) => sound.Recording.LosingPackets(s / 100, sound.Seed)
        ),
        .. Family(
            "speed",
            "times",
            [(0.8, Beyond), (0.9, Usual), (0.97, Small), (1.03, Small), (1.1, Usual), (1.25, Beyond)],
            s => (sound, _) => sound.Recording.Play(s)
        ),
    ];

    private static IEnumerable<StressCondition> Family(
        string family,
        string unit,
        (double Strength, StressDemand Demand)[] strengths,
        Func<double, Func<StressSound, StressSurroundings, Recording>> degrade,
        string? otherUnit = null
    ) =>
        strengths.Select(s => new StressCondition(family, s.Strength, otherUnit ?? unit, s.Demand)
        {
            Degrade = degrade(s.Strength),
        });

    private static IEnumerable<StressCondition> Codec(
        string family,
        (double Rate, StressDemand Demand)[] rates,
        Func<double, FfmpegCodec> codec
    ) => rates.Select(r => new StressCondition(family, r.Rate, "kbit/s", r.Demand) { Codec = codec(r.Rate) });

    /// <summary>Four to seven others who talk at once.</summary>
    private static Recording Babble(StressSound sound, StressSurroundings around, double decibels)
    {
        var random = new Random(sound.Seed);
        var others = around.Voices.Where(v => v.Speaker != sound.Speaker || v.Speaker.Length == 0).ToArray();
        if (others.Length == 0)
            others = [.. around.Voices];
        random.Shuffle(others);
        var babble = new float[Length(sound)];
        foreach (var (_, voice) in others.Take(4 + random.Next(4)))
        {
            var scale = 1 / (float)Math.Sqrt(Math.Max(1e-12, Mixture.Power(voice)));
            var start = random.Next(voice.Length);
            for (var t = 0; t < babble.Length; t++)
                babble[t] += scale * voice[(start + t) % voice.Length];
        }
        return sound.Recording.With(babble, decibels);
    }

    /// <summary>
    /// A microphone so many meters away in a room of half a second: less direct sound and level, and its own noise.
    /// </summary>
    private static Recording Far(StressSound sound, StressSurroundings around, double meters)
    {
        var loss = 20 * Math.Log10(meters / 0.5);
        return sound
            .Recording.InRoom(0.5, directToReverberant: 8 - loss, sound.Seed)
            .With(around.PinkFor(sound), 40 - loss)
            .Amplified(-loss);
    }

    private static Recording Changed(StressSound sound, Func<float[], float[]> change) =>
        sound.Recording with
        {
            Samples = change(sound.Recording.Samples),
        };

    private static int Length(StressSound sound) => sound.Recording.Samples.Length;

    private static int Samples(double milliseconds) => (int)(milliseconds * Recording.SampleRate / 1000);

    private static string Rate(double kilobits) =>
        ((int)(1000 * kilobits)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

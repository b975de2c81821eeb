using Prosodia.Audio;
using Prosodia.Features;
using Xunit;

namespace Prosodia.Tests.Features;

public sealed class ProsodicFeaturesTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(220)]
    [InlineData(350)]
    [InlineData(520)]
    public void Pitch_is_right_within_a_tenth_of_a_semitone(double hertz)
    {
        var features = Of(KnownVoices.Voice(_ => hertz));
        Assert.Equal(12 * Math.Log2(hertz / 27.5), features["f0_median"], 0.1);
        Assert.InRange(features["f0_percentile90"] - features["f0_percentile10"], 0, 0.2);
        Assert.InRange(features["voiced_share"], 0.9, 1);
    }

    [Fact]
    public void A_rising_pitch_rises_by_as_much_as_it_does()
    {
        var features = Of(KnownVoices.Voice(t => 110 * Math.Pow(2, t))); // an octave a second
        Assert.Equal(12, features["f0_slope"], 0.5);
        Assert.Equal(12, features["f0_rise"], 0.7);
        Assert.True(features["f0_last_third"] > 3 && features["f0_first_third"] < -3);
    }

    [Fact]
    public void A_frame_has_the_pitch_of_its_middle()
    {
        var phase = 0.0; // of harmonics of a pitch that rises by an octave a second
        var samples = new float[16_000];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)Enumerable.Range(1, 10).Sum(n => 0.05 / n * Math.Sin(n * phase));
            phase += 2 * Math.PI * 110 * Math.Pow(2, (i + 0.5) / 16_000) / 16_000;
        }
        var ahead = Pitch(new Recording(samples, []))
            .Index()
            .Where(f => f.Item > 0)
            .Average(f => f.Item - Semitones(110) - 12 * (f.Index * 0.01 + 0.0125));
        Assert.Equal(0, ahead, 0.024); // 12 semitones a second: 2 ms
    }

    [Theory]
    [InlineData(90)]
    [InlineData(200)]
    [InlineData(320)]
    public void Voice_ends_where_it_ends(double hertz)
    {
        var random = new Random(5);
        var voice = KnownVoices.Voice(_ => hertz, seconds: 0.5).Samples;
        float[] noisy =
        [
            .. Enumerable
                .Range(0, 16_000)
                .Select(i => (i is >= 4000 and < 12_000 ? voice[i - 4000] : 0) + 0.002f * (random.NextSingle() - 0.5f)),
        ];
        var pitch = Pitch(new Recording(noisy, []));
        var (first, last) = (Array.FindIndex(pitch, p => p > 0), Array.FindLastIndex(pitch, p => p > 0));
        Assert.InRange(first * 0.01 + 0.0125, 0.22, 0.3);
        Assert.InRange(last * 0.01 + 0.0125, 0.7, 0.78);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(150)]
    [InlineData(230)]
    public void Pitch_without_its_fundamental_keeps_its_octave(double hertz)
    {
        var samples = KnownVoices.Voice(_ => hertz, formants: [(500, 80), (1500, 120), (2500, 160)]).Samples;
        for (var pass = 0; pass < 2; pass++) // a telephone's lower edge, 300 Hz
        for (float i = 1, before = samples[0], kept = 0; i < samples.Length; i++)
        {
            var x = samples[(int)i];
            (samples[(int)i], kept, before) = (0.9f * (kept + x - before), 0.9f * (kept + x - before), x);
        }
        var pitch = Pitch(new Recording(samples, [])).Where(p => p > 0).ToArray();
        Assert.InRange(pitch.Length, 80, 100);
        Assert.InRange(pitch.Count(p => Math.Abs(p - Semitones(hertz)) > 1), 0, 1);
    }

    [Fact]
    public void Tones_far_above_the_speaker_are_not_the_pitch()
    {
        var samples = KnownVoices.Voice(_ => 110, seconds: 2).Samples;
        for (var i = 15_000; i < 17_000; i++)
            samples[i] = (float)(0.05 * Math.Sin(2 * Math.PI * 500 * i / 16_000));
        Assert.True(Pitch(new Recording(samples, [])).Max() < Semitones(250));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Loudness_peaks_count_syllables_and_no_ripples(int syllables)
    {
        var voice = KnownVoices.Voice(_ => 150, seconds: 3).Samples;
        var features = Of(
            new Recording(
                [
                    .. voice.Select(
                        (x, i) =>
                            (float)(
                                x
                                * (0.55 - 0.45 * Math.Cos(2 * Math.PI * syllables * i / 16_000.0))
                                * (1 + 0.03 * Math.Sin(2 * Math.PI * 25 * i / 16_000.0))
                            )
                    ),
                ],
                []
            )
        );
        Assert.Equal(syllables, features["loudness_peaks"], 0.5);
    }

    [Fact]
    public void Jumps_of_amplitude_are_no_shimmer()
    {
        var samples = KnownVoices.Voice(_ => 120, shimmer: 0.05).Samples;
        for (var i = 8000; i < samples.Length; i++)
            samples[i] /= 4;
        Assert.InRange(Of(new Recording(samples, []))["shimmer_mean"], 0.02, 0.08);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.03)]
    public void Jitter_is_what_was_put_in(double jitter)
    {
        var features = Of(KnownVoices.Voice(_ => 120, jitter: jitter));
        Assert.InRange(features["jitter_median"], 0.75 * jitter, 1.25 * jitter);
        Assert.InRange(Of(KnownVoices.Voice(_ => 120))["jitter_median"], 0, 0.002);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.15)]
    public void Shimmer_is_what_was_put_in(double shimmer)
    {
        var features = Of(KnownVoices.Voice(_ => 120, shimmer: shimmer));
        Assert.InRange(features["shimmer_median"], 0.6 * shimmer, 1.4 * shimmer);
        Assert.InRange(Of(KnownVoices.Voice(_ => 120))["shimmer_median"], 0, 0.01);
    }

    [Theory]
    [InlineData(300, 2300, 3000)]
    [InlineData(500, 1500, 2500)]
    [InlineData(750, 1250, 2600)]
    public void Formants_are_where_the_resonators_are(double f1, double f2, double f3)
    {
        var features = Of(
            KnownVoices.Voice(_ => 110, formants: [(f1, 80), (f2, 100), (f3, 150), (3600, 220), (4500, 280)])
        );
        Assert.Equal(f1, features["f1_median"], 0.1 * f1 + 15);
        Assert.Equal(f2, features["f2_median"], 0.06 * f2);
        Assert.Equal(f3, features["f3_median"], 0.06 * f3);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    public void Harmonics_to_noise_is_what_was_put_in(double decibels)
    {
        var random = new Random(3);
        var tone = Enumerable
            .Range(0, 16_000)
            .Select(i => Math.Sin(2 * Math.PI * 150 * i / 16_000) + 0.5 * Math.Sin(2 * Math.PI * 300 * i / 16_000))
            .ToArray();
        var noise = Enumerable
            .Range(0, 16_000)
            .Select(_ =>
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
            )
            .ToArray();
        var level = Math.Sqrt(tone.Average(x => x * x) / Math.Pow(10, decibels / 10));
        var features = Of(new Recording([.. tone.Zip(noise, (t, n) => (float)(0.2 * (t + level * n)))], []));
        Assert.Equal(decibels, features["hnr_median"], 1.5);
    }

    [Fact]
    public void Louder_by_6_decibels_is_6_decibels_in_energy_and_changes_no_shape()
    {
        var voice = KnownVoices.Voice(t => 150 + 50 * t);
        var (one, two) = (Of(voice), Of(new Recording([.. voice.Samples.Select(x => x / 2)], [])));
        Assert.Equal(20 * Math.Log10(2), one["energy_mean"] - two["energy_mean"], 0.01);
        foreach (
            var name in new[]
            {
                "f0_mean",
                "alpha_ratio_mean",
                "hammarberg_index_median",
                "centroid_mean",
                "jitter_mean",
                "voiced_share",
                "duration",
            }
        )
            Assert.Equal(one[name], two[name], 0.02 * Math.Abs(one[name]) + 0.02);
    }

    [Fact]
    public void Pauses_are_counted_and_timed()
    {
        var voice = KnownVoices.Voice(_ => 150, seconds: 0.6).Samples;
        var features = Of(new Recording([.. voice, .. new float[4800], .. voice, .. new float[4800], .. voice], []));
        Assert.Equal(2 / features["duration"], features["pause_stretches"], 0.1);
        Assert.Equal(0.3, features["pause_length_mean"], 0.06);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Speech_modulated_at_a_speed_swings_most_at_it(double hertz)
    {
        var voice = KnownVoices.Voice(_ => 150, seconds: 3).Samples;
        var features = Of(
            new Recording(
                [.. voice.Select((x, i) => (float)(x * (0.55 + 0.45 * Math.Sin(2 * Math.PI * hertz * i / 16_000))))],
                []
            )
        );
        var fastest = features
            .Where(f => f.Key.StartsWith("loudness_modulation", StringComparison.Ordinal))
            .MaxBy(f => f.Value)
            .Key;
        Assert.Equal($"loudness_modulation_{hertz}hz", fastest);
    }

    [Fact]
    public void Any_recording_gives_the_same_finite_features()
    {
        var random = new Random(1);
        float[][] recordings =
        [
            new float[4000],
            [.. Enumerable.Repeat(1f, 8000)],
            [.. Enumerable.Range(0, 30_000).Select(_ => random.NextSingle() * 2 - 1)],
            TestData.Sine(440, 16_000, 5000),
            [.. new float[20_000], 1, .. new float[20_000]],
        ];
        var names = new ProsodicFeatures(KnownVoices.Voice(_ => 100)).Features().Select(f => f.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        foreach (var samples in recordings)
        {
            var features = new ProsodicFeatures(new Recording(samples, [])).Features();
            Assert.Equal(names, features.Select(f => f.Name));
            Assert.All(features, f => Assert.True(float.IsFinite(f.Value), f.Name));
            Assert.All(features, f => Assert.NotEmpty(f.Source));
        }
    }

    private static double Semitones(double hertz) => 12 * Math.Log2(hertz / 27.5);

    /// <summary>Of each frame, in semitones; not a number where unvoiced.</summary>
    private static float[] Pitch(Recording recording)
    {
        var names = ProsodicFeatures.DescriptorNames;
        return
        [
            .. new ProsodicFeatures(recording)
                .Descriptors()
                .Chunk(names.Count)
                .Select(frame => frame[names.Index().First(n => n.Item == "f0").Index]),
        ];
    }

    private static Dictionary<string, double> Of(Recording recording) =>
        new ProsodicFeatures(recording).Features().ToDictionary(f => f.Name, f => (double)f.Value);
}

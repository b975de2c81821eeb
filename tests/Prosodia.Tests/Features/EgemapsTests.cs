using Prosodia.Audio;
using Prosodia.Features;
using Xunit;

namespace Prosodia.Tests.Features;

/// <summary>
/// eGeMAPSv02 against values of 40 recordings and descriptors of two that were computed elsewhere, and properties.
/// </summary>
public sealed class EgemapsTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    // all but those of pitch, voice and formants, and of masks by pitch; of slopes of loudness, ends differ in some
    private static readonly string[] Exact =
    [
        "loudness_sma3_amean",
        "loudness_sma3_stddevNorm",
        "loudness_sma3_percentile20.0",
        "loudness_sma3_percentile50.0",
        "loudness_sma3_percentile80.0",
        "loudness_sma3_pctlrange0-2",
        "spectralFlux_sma3_amean",
        "spectralFlux_sma3_stddevNorm",
        "mfcc1_sma3_amean",
        "mfcc2_sma3_amean",
        "mfcc4_sma3_amean",
        "loudnessPeaksPerSec",
        "equivalentSoundLevel_dBp",
    ];

    [Fact]
    public void Functionals_agree_with_golden_values()
    {
        var (names, files, golden) = GoldenTable.Read("egemaps/functionals.csv");
        Assert.Equal(names, EgemapsFeatures.Names);
        var folder = TestData.Corpora();
        double[][] ours =
        [
            .. files
                .AsParallel()
                .AsOrdered()
                .Select(f =>
                    new EgemapsFeatures(AudioFile.Read(Path.Combine(folder, f)).Samples)
                        .Values.ToArray()
                        .Select(v => (double)v)
                        .ToArray()
                ),
        ];
        foreach (var name in Exact)
        {
            var at = Array.IndexOf(names, name);
            for (var i = 0; i < files.Length; i++)
                Assert.Equal(golden[i][at], ours[i][at], Tolerance * Math.Abs(golden[i][at]));
        }
        double[] correlations = [.. names.Select((_, f) => GoldenTable.Correlation(golden, ours, f))];
        var near = correlations.Count(c => c > 0.95);
        output.WriteLine($"median correlation {correlations.Order().ElementAt(44):0.0000}, {near} of 88 above 0.95");
        foreach (var (name, c) in names.Zip(correlations).Where(p => p.Second <= 0.95))
            output.WriteLine($"  {name} {c:0.000}");
        Assert.InRange(correlations.Order().ElementAt(44), 0.99, 1);
        Assert.InRange(near, 75, 88);
        for (var formant = 1; formant <= 3; formant++)
        {
            var at = Array.IndexOf(names, $"F{formant}frequency_sma3nz_amean");
            for (var i = 0; i < files.Length; i++)
                Assert.Equal(golden[i][at], ours[i][at], 0.05 * golden[i][at]);
        }
    }

    [Theory]
    [InlineData("emodb4/wav/03b10Wb.wav")]
    [InlineData("ravdess/Actor_15/03-01-04-01-01-02-15.wav")]
    public void Descriptors_agree_with_golden_values(string file)
    {
        var name = file.Replace('/', '_')[..^4];
        var (names, _, golden) = GoldenTable.Read($"egemaps/egemaps-lld-{name}.csv");
        Assert.Equal(names[1..], EgemapsFeatures.DescriptorNames);
        var ours = new EgemapsFeatures(AudioFile.Read(Path.Combine(TestData.Corpora(), file)).Samples);
        Assert.Equal(golden.Length, ours.FrameCount);
        int spectral = 10,
            pitch = 10,
            same = 0;
        for (var f = 0; f < ours.FrameCount; f++)
        {
            var row = ours.Descriptors.Slice(f * names.Length - f, names.Length - 1);
            for (var d = 0; d < spectral; d++)
                Assert.Equal(golden[f][1 + d], row[d], 1e-4 * Math.Max(1, Math.Abs(golden[f][1 + d])));
            if (row[pitch] > 0 == golden[f][1 + pitch] > 0)
                same++;
        }
        Assert.InRange((double)same / ours.FrameCount, 0.97, 1);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(340)]
    public void Pitch_of_a_harmonic_tone_is_its_own(int hertz)
    {
        float[] tone =
        [
            .. Enumerable
                .Range(0, 16_000)
                .Select(i =>
                    (float)Enumerable.Range(1, 20).Sum(n => 0.05 / n * Math.Sin(2 * Math.PI * n * hertz * i / 16_000.0))
                ),
        ];
        var semitones = 12 * Math.Log2(hertz / 27.5);
        foreach (var flavor in Enum.GetValues<EgemapsFlavor>())
            Assert.Equal(semitones, new EgemapsFeatures(tone, flavor: flavor).Values[0], 0.1);
    }

    [Fact]
    public void Slopes_as_published_are_those_of_any_level_and_compatible_ones_are_not()
    {
        float[] noise = [.. Noise(16_000, 0.1f)];
        float[] quiet = [.. noise.Select(x => x / 8)];
        double Slope(float[] samples, EgemapsFlavor flavor)
        {
            var features = new EgemapsFeatures(samples, flavor: flavor);
            var at = EgemapsFeatures
                .DescriptorNames.Index()
                .First(d => d.Item.StartsWith("slope0-500", StringComparison.Ordinal))
                .Index;
            return Enumerable.Range(0, features.FrameCount).Average(f => features.Descriptors[f * 25 + at]);
        }
        Assert.Equal(Slope(noise, EgemapsFlavor.AsPublished), Slope(quiet, EgemapsFlavor.AsPublished), 1e-5);
        Assert.NotEqual(Slope(noise, EgemapsFlavor.Compatible), Slope(quiet, EgemapsFlavor.Compatible), 1e-3);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(22_050)]
    [InlineData(48_000)]
    public void Silence_noise_and_other_rates_give_finite_numbers(int rate)
    {
        foreach (var samples in new[] { new float[rate], [.. Noise(rate, 0.2f)], [.. Noise(rate * 6 / 100, 1)] })
        foreach (var flavor in Enum.GetValues<EgemapsFlavor>())
        {
            var features = new EgemapsFeatures(samples, rate, flavor);
            Assert.All(features.Values.ToArray(), v => Assert.True(float.IsFinite(v)));
            Assert.All(features.Descriptors.ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void What_is_shorter_than_a_frame_is_refused() =>
        Assert.Throws<ArgumentException>(() => new EgemapsFeatures(new float[959]));

    [Fact]
    public void GeMAPS_are_62_of_the_88() =>
        Assert.Equal(
            (62, 88, 25),
            (EgemapsFeatures.GemapsIndices.Count, EgemapsFeatures.Names.Count, EgemapsFeatures.DescriptorNames.Count)
        );

    private static IEnumerable<float> Noise(int count, float level)
    {
        var random = new Random(1);
        return Enumerable.Range(0, count).Select(_ => level * (2 * random.NextSingle() - 1));
    }
}

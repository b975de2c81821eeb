using Prosodia.Audio;
using Prosodia.Features;
using Xunit;

namespace Prosodia.Tests.Features;

/// <summary>
/// Pitch, voice, formants and syllables against Praat's values of 60 recordings of four corpora, which
/// benchmarks/praat_agreement.py wrote.
/// </summary>
public sealed class PraatAgreementTests(ITestOutputHelper output)
{
    private static readonly (string Feature, double Least)[] Correlations =
    [
        ("f0_mean", 0.98),
        ("f0_percentile10", 0.95),
        ("f0_percentile90", 0.97),
        ("f0_deviation", 0.8),
        ("f0_rise", 0.8),
        ("jitter_mean", 0.85),
        ("shimmer_mean", 0.85),
        ("loudness_peaks", 0.9),
        ("f1_mean", 0.9),
        ("f2_mean", 0.9),
        ("f3_mean", 0.9),
    ];

    [Fact]
    public void Features_correlate_with_those_of_Praat()
    {
        var folder = TestData.Corpora();
        var (columns, files, praat) = GoldenTable.Read("praat.csv");
        double[][] ours = [.. files.AsParallel().AsOrdered().Select(f => Of(Path.Combine(folder, f)))];
        double[] found =
        [
            .. Correlations.Select(c => GoldenTable.Correlation(praat, ours, Array.IndexOf(columns, c.Feature))),
        ];
        foreach (var ((feature, least), correlation) in Correlations.Zip(found))
            output.WriteLine($"{feature} {correlation:0.000}, at least {least}");
        Assert.All(Correlations.Zip(found), c => Assert.True(c.Second >= c.First.Least, c.First.Feature));

        double[] Of(string file)
        {
            var features = new ProsodicFeatures(AudioFile.Read(file))
                .Features()
                .ToDictionary(f => f.Name, f => (double)f.Value);
            return [.. columns.Select(c => features[c])];
        }
    }
}

using System.Text.Json;
using Prosodia.Audio;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.KeySegments;

/// <summary>Every stage up to the spectrogram against numpy and scipy, on real recordings.</summary>
public sealed class GoldenSegmentsTests
{
    private const double Tolerance = 1e-7;

    private static readonly JsonElement Golden = TestData.Golden("segments.json").GetProperty("cases");

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, Golden.GetArrayLength())];

    [Theory, MemberData(nameof(Cases))]
    public void Segments_boundaries_and_kernel(int number)
    {
        var (golden, segments) = Load(number);
        Assert.Equal(golden.GetProperty("windows").GetInt32(), segments.Count);
        var energy = Enumerable
            .Range(0, segments.Count)
            .Select(i => segments[i].ToArray().Sum(x => (double)x * x))
            .ToArray();
        Close(golden.GetProperty("window_energy").Doubles(), energy, Tolerance);
        Close(golden.GetProperty("adjacent_distance").Doubles(), ShotBoundaries.Find(segments).Distances, Tolerance);
        foreach (var k in golden.GetProperty("k_at_beta").EnumerateObject())
            Assert.Equal(k.Value.GetInt32(), ShotBoundaries.Find(segments, double.Parse(k.Name)).Clusters);

        var kernel = SegmentKernel.Of(segments);
        Assert.Equal(golden.GetProperty("sigma_squared").GetDouble(), kernel.SigmaSquared, Tolerance);
        Close(
            golden.GetProperty("gram_row_0").Doubles(),
            [.. Enumerable.Range(0, segments.Count).Select(i => kernel.Gram[0, i])],
            Tolerance
        );
    }

    [Theory, MemberData(nameof(Cases))]
    public void Kernel_k_means_from_the_given_start(int number)
    {
        var (golden, segments) = Load(number);
        var clustering = KernelKMeans.Run(
            SegmentKernel.Of(segments).Gram,
            3,
            golden.GetProperty("initial_labels").Ints()
        );
        Assert.Equal(golden.GetProperty("labels").Ints(), clustering.Labels);
        foreach (var (i, row) in golden.GetProperty("kernel_distance").EnumerateArray().Index())
            Close(row.Doubles(), [.. Enumerable.Range(0, 3).Select(c => clustering.SquaredDistances[i, c])], Tolerance);
        Assert.Equal(
            golden.GetProperty("key_segments").Ints(),
            KeySegmentSelection.NearestToCenters(clustering).Select(k => k.Segment)
        );
    }

    [Theory, MemberData(nameof(Cases))]
    public void Spectrogram(int number)
    {
        var (golden, segments) = Load(number);
        var magnitudes = new float[SegmentSpectrogram.Size];
        new SegmentSpectrogram().Magnitudes(segments, [1], magnitudes);
        Assert.Equal(
            [SegmentSpectrogram.Bins, SegmentSpectrogram.Frames],
            golden.GetProperty("spectrogram_shape").Ints()
        );
        var rows = golden.GetProperty("spectrogram_of_window_1_rows_0_20_100_256").EnumerateArray().ToArray();
        foreach (var (i, bin) in new[] { 0, 20, 100, 256 }.Index())
            Close(
                rows[i].Doubles(),
                [
                    .. magnitudes
                        .Skip(bin * SegmentSpectrogram.Frames)
                        .Take(SegmentSpectrogram.Frames)
                        .Select(x => (double)x),
                ],
                1e-6
            );
        var sum = golden.GetProperty("spectrogram_sum").GetDouble();
        Assert.Equal(sum, magnitudes.Sum(x => (double)x), 1e-6 * sum);
    }

    private static (JsonElement Golden, SegmentedSpeech Segments) Load(int number)
    {
        var recording = AudioFile.Read(
            Path.Combine(TestData.Corpora(), Golden[number].GetProperty("file").GetString()!)
        );
        return (Golden[number], new SegmentedSpeech(recording.Samples));
    }

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}

using CsCheck;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.KeySegments;

public sealed class KeySegmentSelectionTests
{
    private static readonly Gen<float[]> Speech = Gen.Select(Gen.Float[-1, 1].Array[50, 400], Gen.Int[2000, 150_000])
        .Select(
            (levels, count) =>
                Enumerable
                    .Range(0, count)
                    .Select(i => levels[i * levels.Length / count] * MathF.Sin(i * 0.1f * (1 + i / 30000)))
                    .ToArray()
        );

    [Fact]
    public void There_is_one_key_segment_a_cluster_in_the_order_of_time()
    {
        Gen.Select(Speech, Gen.Double[0.3, 3])
            .Sample(
                (samples, beta) =>
                {
                    var segments = new SegmentedSpeech(samples);
                    var selection = KeySegmentSelection.Select(segments, new KeySegmentOptions(beta));
                    Assert.Equal(selection.Boundaries.Clusters, selection.Keys.Count);
                    Assert.Equal(
                        Enumerable.Range(0, selection.Keys.Count),
                        selection.Keys.Select(k => k.Cluster).Order()
                    );
                    Assert.Equal(selection.Keys.Select(k => k.Segment).Order(), selection.Keys.Select(k => k.Segment));
                    Assert.Equal(segments.Count, selection.Keys.Sum(k => k.ClusterSize));
                    Assert.All(selection.Keys, k => Assert.InRange(k.SquaredDistance, -1e-9, 2));
                },
                iter: 60
            );
    }

    [Fact]
    public void Other_choices_keep_as_many_from_elsewhere_or_all()
    {
        Speech.Sample(
            samples =>
            {
                var segments = new SegmentedSpeech(samples);
                int[] Chosen(SegmentChoice choice, int seed = 1) =>
                    [
                        .. KeySegmentSelection
                            .Select(segments, new KeySegmentOptions(Seed: seed) { Choice = choice })
                            .Keys.Select(k => k.Segment),
                    ];
                var key = Chosen(SegmentChoice.Key);
                Assert.Equal(Enumerable.Range(0, segments.Count), Chosen(SegmentChoice.All));
                Assert.Equal(Enumerable.Range(0, key.Length), Chosen(SegmentChoice.First));
                var random = Chosen(SegmentChoice.Random);
                Assert.Equal(key.Length, random.Distinct().Count());
                Assert.Equal(random.Order(), random);
                Assert.Equal(random, Chosen(SegmentChoice.Random));
            },
            iter: 30
        );
    }

    [Fact]
    public void Random_segments_differ_from_recording_to_recording_and_from_seed_to_seed()
    {
        int[] Chosen(float pitch, int seed) =>
            [
                .. KeySegmentSelection
                    .Select(
                        new SegmentedSpeech(
                            Enumerable.Range(0, 160_000).Select(i => MathF.Sin(i * pitch * (1 + i / 90_000f))).ToArray()
                        ),
                        new KeySegmentOptions(Seed: seed) { Choice = SegmentChoice.Random }
                    )
                    .Keys.Select(k => k.Segment),
            ];
        Assert.NotEqual(Chosen(0.1f, 1), Chosen(0.1f, 2));
        Assert.NotEqual(Chosen(0.1f, 1), Chosen(0.11f, 1));
    }

    [Fact]
    public void The_Euclidean_clustering_has_the_distances_of_samples_to_their_mean()
    {
        var segments = new SegmentedSpeech(
            TestData.Sine(300, 16_000, 60_000).Select((x, i) => x * (i % 7_000) / 7_000f).ToArray()
        );
        var clustering = KeySegmentSelection
            .Select(segments, new KeySegmentOptions { Distance = SegmentDistance.Euclidean })
            .Clustering;
        var members = Enumerable
            .Range(0, segments.Count)
            .Where(i => clustering.Labels[i] == clustering.Labels[0])
            .ToArray();
        var expected = Enumerable
            .Range(0, SegmentedSpeech.Length)
            .Sum(t => Math.Pow(segments[0][t] - members.Average(m => (double)segments[m][t]), 2));
        Assert.Equal(expected, clustering.SquaredDistances[0, clustering.Labels[0]], 1e-3 * Math.Max(1, expected));
    }

    [Fact]
    public void Loudness_does_not_matter()
    {
        Speech.Sample(
            samples =>
            {
                var loud = KeySegmentSelection.Select(new SegmentedSpeech(samples), new KeySegmentOptions());
                var soft = KeySegmentSelection.Select(
                    new SegmentedSpeech(samples.Select(x => x / 64).ToArray()),
                    new KeySegmentOptions()
                );
                Assert.Equal(loud.Keys.Select(k => k.Segment), soft.Keys.Select(k => k.Segment));
            },
            iter: 30
        );
    }

    [Theory]
    [InlineData(100, 0.3f)] // less than a segment
    [InlineData(48_000, 0f)] // silence
    [InlineData(48_000, 0.25f)] // a constant, which padding ends
    public void Odd_utterances_have_finite_results(int count, float value)
    {
        var samples = new float[count];
        Array.Fill(samples, value);
        var selection = KeySegmentSelection.Select(new SegmentedSpeech(samples), new KeySegmentOptions());
        Assert.InRange(selection.Keys.Count, 1, selection.Clustering.Labels.Length);
        Assert.All(selection.Keys, k => Assert.True(double.IsFinite(k.SquaredDistance)));
        Assert.True(double.IsFinite(selection.Clustering.Objective));
        var (x, y) = KernelPca.Project(selection.Kernel.Gram);
        Assert.All(x.Concat(y), v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void Silence_is_one_cluster() =>
        Assert.Single(KeySegmentSelection.Select(new SegmentedSpeech(new float[60_000]), new KeySegmentOptions()).Keys);

    [Fact]
    public void Ten_minutes_can_be_clustered()
    {
        var random = new Random(3);
        float[] samples =
        [
            .. Enumerable
                .Range(0, 600 * 16_000)
                .Select(i => (float)(random.NextDouble() - 0.5) * MathF.Abs(MathF.Sin(i / 9000f))),
        ];
        var selection = KeySegmentSelection.Select(new SegmentedSpeech(samples), new KeySegmentOptions());
        Assert.Equal(1600, selection.Clustering.Labels.Length);
        Assert.Equal(selection.Boundaries.Clusters, selection.Keys.Count);
    }

    [Fact]
    public void Silent_key_segments_are_left_out_where_that_is_asked_for()
    {
        float[] samples =
        [
            .. new float[24_000],
            .. TestData.Sine(300, 16_000, 24_000),
            .. TestData.Sine(2000, 16_000, 24_000).Select(x => x / 10),
        ];
        var speech = new SegmentedSpeech(samples);
        int Keys(double? decibels) => Of(speech, decibels).Count;
        var all = Keys(null);
        Assert.InRange(Keys(40), 1, all - 1); // without the silence
        Assert.InRange(Keys(10), 1, Keys(40)); // without the soft tone
        Assert.Single(Of(new SegmentedSpeech(new float[60_000]), 40));

        static IReadOnlyList<KeySegment> Of(SegmentedSpeech speech, double? decibels) =>
            KeySegmentSelection.Select(speech, new KeySegmentOptions { SilenceDecibels = decibels }).Keys;
    }
}

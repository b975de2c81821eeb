using CsCheck;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.KeySegments;

public sealed class SegmentedSpeechTests
{
    [Fact]
    public void Segments_overlap_by_a_quarter_cover_all_and_are_padded_with_zeros()
    {
        Gen.Int[1, 60_000]
            .Sample(
                count =>
                {
                    float[] samples = [.. Enumerable.Range(1, count).Select(i => (float)i)];
                    var segments = new SegmentedSpeech(samples);
                    Assert.Equal((count + 5999) / 6000, segments.Count);
                    for (var s = 0; s < segments.Count; s++)
                    for (var i = 0; i < SegmentedSpeech.Length; i++)
                    {
                        var at = s * 6000 + i;
                        Assert.Equal(at < count ? samples[at] : 0, segments[s][i]);
                    }
                },
                iter: 50
            );
    }

    [Fact]
    public void No_sample_is_an_error() => Assert.Throws<ArgumentException>(() => new SegmentedSpeech(default));
}

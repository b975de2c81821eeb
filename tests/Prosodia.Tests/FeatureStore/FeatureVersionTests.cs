using System.Text.Json;
using Prosodia.Audio;
using Prosodia.Evaluation.Degradations;
using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Features;
using Prosodia.KeySegments;
using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.FeatureStore;

/// <summary>
/// What is measured of a recording, as it was when <see cref="FeatureVersion"/> was last raised. Where this fails, what
/// caches hold is not what the program measures now: raise the version and write the numbers anew with
/// PROSODIA_UPDATE_SNAPSHOTS=1.
/// </summary>
public sealed class FeatureVersionTests
{
    private const string File = "measurements.json";

    private static readonly Recording Speech = new(SyntheticCorpus.Speak(3).First(), []);

    [Fact]
    public void Numbers_change_only_with_the_version()
    {
        var measured = Measured().ToDictionary(m => m.Name, m => Sample(m.Values));
        if (Environment.GetEnvironmentVariable("PROSODIA_UPDATE_SNAPSHOTS") == "1")
            System.IO.File.WriteAllText(
                Path.Combine(TestData.Repository, "tests", "Prosodia.Tests", "golden", File),
                JsonSerializer.Serialize(new { version = FeatureVersion.Current, measured }) + "\n"
            );
        var golden = TestData.Golden(File);
        Assert.Equal(FeatureVersion.Current, golden.GetProperty("version").GetInt32());
        foreach (var (name, values) in measured)
        {
            var expected = golden.GetProperty("measured").GetProperty(name).Doubles();
            Assert.Equal(expected.Length, values.Length);
            Assert.All(
                expected.Zip(values),
                p =>
                    Assert.True(
                        Math.Abs(p.First - p.Second) <= 1e-3 * (1 + Math.Abs(p.First)),
                        $"{name}: {p.First} has become {p.Second}; raise FeatureVersion.Current"
                    )
            );
        }
    }

    private static IEnumerable<(string Name, float[] Values)> Measured()
    {
        var segments = new SegmentedSpeech(Speech.Samples);
        var prosody = new ProsodicFeatures(Speech);
        yield return ("telephone", Speech.OverTelephone().Samples);
        yield return ("prosody", [.. prosody.Features().Select(f => f.Value)]);
        yield return ("contours", prosody.Contours());
        yield return ("key spectrograms", KeySpectrograms.Of(Speech, new KeySegmentOptions()));
        yield return (
            "key segments",
            [.. KeySegmentSelection.Select(segments, new KeySegmentOptions()).Keys.Select(k => (float)k.Segment)]
        );
        yield return ("model features", ModelFeatures.Acoustic.Of(Speech.Samples));
        yield return ("model features, faster", ModelFeatures.Acoustic.Of(Speech.Play(1.1).Samples));
        yield return ("model features, noise", ModelFeatures.Acoustic.Of(Speech.WithNoise(20, 0, 1).Samples));
        foreach (
            var input in new ISegmentInput[]
            {
                new LogSpectrogramInput(),
                new WaveformInput([8000]),
                new LogMelInput([1, 64, 96]),
            }
        )
        {
            var values = new float[input.Shape.Aggregate(1L, (a, b) => a * b)];
            input.Write(segments, 1, values);
            yield return (input.Description, values);
        }
    }

    /// <summary>The length, and values spread over all of them.</summary>
    private static double[] Sample(float[] values) =>
        [values.Length, .. Enumerable.Range(0, 60).Select(i => (double)values[(long)i * values.Length / 60])];
}

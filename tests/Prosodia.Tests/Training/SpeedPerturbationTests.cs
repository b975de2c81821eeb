using Prosodia.Evaluation.Degradations;
using Prosodia.Features;
using Prosodia.Tests.Features;
using Xunit;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class SpeedPerturbationTests
{
    [Theory]
    [InlineData(0.9)]
    [InlineData(1.1)]
    public void A_faster_voice_is_shorter_and_higher(double speed)
    {
        var voice = KnownVoices.Voice(_ => 150);
        var played = voice.Play(speed);
        Assert.Equal(voice.Samples.Length / speed, played.Samples.Length, voice.Samples.Length * 0.001);
        var higher = Pitch(played) - Pitch(voice);
        Assert.Equal(12 * Math.Log2(speed), higher, 0.1);

        static double Pitch(Prosodia.Audio.Recording recording) =>
            new ProsodicFeatures(recording).Features().Single(f => f.Name == "f0_mean").Value;
    }
}

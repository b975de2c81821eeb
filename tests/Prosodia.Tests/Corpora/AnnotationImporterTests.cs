using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

public sealed class AnnotationImporterTests
{
    private static readonly float[] Ramp = [.. Enumerable.Range(0, 20 * 16_000).Select(i => i % 20_000 / 32768f)];

    [Fact]
    public void Labeled_stretches_become_recordings_sample_for_sample()
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["talk.wav"], Ramp);
        File.WriteAllText(
            folder["talk.csv"],
            "path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,12.5,14,anna,sad\n"
                + "talk.wav,0,1,2.25,ben,angry\ntalk.wav,0,3,4,ben,unsure\ntalk.wav,0,5,6,ben,\n"
                + "talk.wav,0,19.9,25,ben,sad\nmissing.wav,0,1,2,ben,sad\n"
        );
        var manifest = AnnotationImporter.Cut(folder["talk.csv"], folder["clips"]);
        Assert.Equal([("ben", "angry"), ("anna", "sad")], manifest.Utterances.Select(u => (u.Speaker, u.Emotion)));
        Assert.Equal(Ramp[16_000..36_000], AudioFile.Read(manifest.Utterances[0].Path).Samples);
        Assert.Equal(Ramp[200_000..224_000], AudioFile.Read(manifest.Utterances[1].Path).Samples);
        Assert.Equal(2, manifest.Problems.Count);
        Assert.Contains(manifest.Problems, p => p.Message.Contains("19.900 to 25.000", StringComparison.Ordinal));
        Assert.Contains(manifest.Problems, p => p.Message.Contains("missing.wav", StringComparison.Ordinal));
    }

    [Fact]
    public void Recordings_of_one_name_from_two_folders_stay_apart()
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["a/talk.wav"], Ramp);
        WavWriter.Write(folder["b/talk.wav"], [.. Ramp.Skip(5_000)]);
        File.WriteAllText(
            folder["both.csv"],
            "path,channel,start_s,end_s,speaker,answer\na/talk.wav,0,1,2,anna,sad\nb/talk.wav,0,1,2,ben,sad\n"
        );
        var clips = AnnotationImporter
            .Cut(folder["both.csv"], folder["clips"])
            .Utterances.Select(u => AudioFile.Read(u.Path).Samples)
            .ToArray();
        Assert.Equal(Ramp[16_000..32_000], clips[0]);
        Assert.Equal(Ramp[21_000..37_000], clips[1]);
    }

    [Theory]
    [InlineData("path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,one,2,anna,sad\n", "line 2")]
    [InlineData("path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,-1,2,anna,sad\n", "line 2")]
    [InlineData("path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,NaN,2,anna,sad\n", "line 2")]
    [InlineData("path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,3,2,anna,sad\n", "goes from 3 to 2 s")]
    [InlineData("path,start\n", "needs the columns")]
    [InlineData("path,channel,start_s,end_s,speaker,answer\ntalk.wav,0,1,2,anna,no speech\n", "labels no stretch")]
    public void What_cannot_be_read_says_why(string table, string reason)
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["talk.wav"], Ramp);
        File.WriteAllText(folder["talk.csv"], table);
        Assert.Contains(
            reason,
            Assert.Throws<InputException>(() => AnnotationImporter.Cut(folder["talk.csv"], folder["clips"])).Message,
            StringComparison.Ordinal
        );
    }
}

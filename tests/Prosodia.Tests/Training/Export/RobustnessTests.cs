using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Recognition;
using Prosodia.Training.Export;
using Xunit;

namespace Prosodia.Tests.Training.Export;

/// <summary>
/// A model that heard half of the speakers, and a hundred recordings of the others as they are and as telephones,
/// players and clumsy hands change them.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class RobustnessTests(RobustnessTests.HalfTrained half, ITestOutputHelper output)
    : IClassFixture<RobustnessTests.HalfTrained>
{
    // rounds differently; two in a hundred recordings may lie on the edge of two emotions
    private const double AnotherProcessor = 0.02;

    // a model may rely on what a change takes away and on something else then, if it is right as often
    private const int RightAnswersLost = 10;

    public static TheoryData<string, string, string[], double> Formats() =>
        new()
        {
            { "telephone, mu-law", "wav", ["-ar", "8000", "-c:a", "pcm_mulaw"], 0.8 },
            { "telephone, A-law", "wav", ["-ar", "8000", "-c:a", "pcm_alaw"], 0.8 },
            { "48 kHz stereo, 24 bit", "wav", ["-ar", "48000", "-ac", "2", "-c:a", "pcm_s24le"], 0.95 },
            { "float", "wav", ["-c:a", "pcm_f32le"], 0.95 },
            { "FLAC", "flac", [], 0.95 },
            { "MP3, 64 kbit/s", "mp3", ["-b:a", "64k"], 0.9 },
            { "Ogg Vorbis", "ogg", ["-c:a", "libvorbis"], 0.9 },
            { "MP3, 32 kbit/s", "mp3", ["-b:a", "32k"], 0.85 },
            { "Opus, 24 kbit/s", "opus", ["-c:a", "libopus", "-b:a", "24k"], 0.85 },
            // leaves quiet recordings little more than noise
            { "8 kHz, 8 bits without companding", "wav", ["-ar", "8000", "-c:a", "pcm_u8"], 0.5 },
            { "video", "mp4", ["-c:a", "aac"], 0.9 },
        };

    [Theory, MemberData(nameof(Formats))]
    public void Another_format_leaves_the_emotion(string name, string extension, string[] arguments, double least)
    {
        using var folder = new TemporaryFolder();
        foreach (var chunk in half.Recordings.Index().Chunk(25)) // one process for many recordings
            Encode(folder, chunk, extension, arguments);
        var files = half.Recordings.Index().ToDictionary(r => r.Item, r => folder[$"{r.Index}-coded.{extension}"]);
        Check(name, least, recording => AudioFile.Read(files[recording]));
    }

    private static void Encode(
        TemporaryFolder folder,
        (int Index, Recording Item)[] recordings,
        string extension,
        string[] arguments
    )
    {
        foreach (var (i, recording) in recordings)
            WavWriter.Write(folder[$"{i}.wav"], recording.Samples);
        string[] picture = extension == "mp4" ? ["-f", "lavfi", "-i", "color=c=black:s=64x64:r=5"] : [];
        string[] video = extension == "mp4" ? ["-map", $"{recordings.Length}:v", "-shortest"] : [];
        using var ffmpeg = Process.Start(
            "ffmpeg",
            [
                .. new[] { "-v", "error" },
                .. recordings.SelectMany(r => new[] { "-i", folder[$"{r.Index}.wav"] }),
                .. picture,
                .. recordings.SelectMany(
                    (r, n) =>
                        (string[])["-map", $"{n}:a", .. video, .. arguments, folder[$"{r.Index}-coded.{extension}"]]
                ),
            ]
        );
        ffmpeg.WaitForExit();
    }

    [Theory]
    [InlineData("level, -30 to 20 dB, 16 bit", 0.8)]
    [InlineData("offset", 0.97)]
    [InlineData("silence around", 0.97)]
    public void Level_offset_and_silence_leave_the_emotion(string name, double least)
    {
        var random = new Random(1);
        Check(
            name,
            least,
            recording =>
                recording with
                {
                    Samples = name switch
                    {
                        "level, -30 to 20 dB, 16 bit" => Sixteen(
                            recording.Samples,
                            Math.Min(
                                Math.Pow(10, (-30 + 50 * random.NextDouble()) / 20),
                                0.99 / recording.Samples.Max(Math.Abs)
                            )
                        ),
                        "offset" => [.. recording.Samples.Select(x => x + 0.1f)],
                        _ => [.. new float[16_000], .. recording.Samples, .. new float[16_000]],
                    },
                }
        );
    }

    /// <summary>Louder or softer, in 16 bits.</summary>
    private static float[] Sixteen(float[] samples, double gain) =>
        [.. samples.Select(x => MathF.Round((float)(x * gain) * 32768) / 32768)];

    private void Check(string name, double least, Func<Recording, Recording> change)
    {
        string[] changed = [.. half.Recordings.Select(r => half.Recognizer.Recognize(change(r)).Emotion)];
        var same = changed.Zip(half.Emotions).Count(e => e.First == e.Second);
        var (right, before) = (Right(changed), Right(half.Emotions));
        output.WriteLine(
            $"{name}: {same} of {changed.Length} keep their emotion, {right} are right and {before} were before"
        );
        Assert.InRange((double)same / changed.Length, least - AnotherProcessor, 1);
        Assert.InRange(before - right, -changed.Length, least < 0.8 ? changed.Length : RightAnswersLost);
        int Right(IEnumerable<string> emotions) => emotions.Zip(half.Truth).Count(e => e.First == e.Second);
    }

    /// <summary>Trained once for all of these tests.</summary>
    public sealed class HalfTrained : IDisposable
    {
        public HalfTrained()
        {
            var corpora = TestData.Corpora();
            var manifest = JoinedCorpora
                .Of(
                    [
                        EmoDb.Read(Path.Combine(corpora, "emodb4")),
                        Ravdess.Read(Path.Combine(corpora, "ravdess")) with
                        {
                            Name = "ravdess",
                        },
                    ],
                    LabelMap.Unchanged
                )
                .Manifest;
            var heard = manifest.Speakers.Where((_, i) => i % 4 < 2).ToHashSet();
            using var measured = new TemporaryFolder();
            var trained = ModelTraining.Train(
                manifest with
                {
                    Utterances = [.. manifest.Utterances.Where(u => heard.Contains(u.Speaker))],
                },
                new ModelDescription("half", [], "", ""),
                1,
                [],
                measured.Path,
                encoder: null,
                [],
                _ => { },
                default
            );
            Recognizer = new RecognitionEngine(EmotionModel.Open(trained.Onnx, trained.Card.ToJson(), "half"));
            Utterance[] unheard = [.. manifest.Utterances.Where(u => !heard.Contains(u.Speaker))];
            new Random(1).Shuffle(unheard);
            Recordings = [.. unheard.Take(100).Select(u => AudioFile.Read(u.Path))];
            Truth = [.. unheard.Take(100).Select(u => u.Emotion)];
            Emotions = [.. Recordings.Select(r => Recognizer.Recognize(r).Emotion)];
        }

        internal RecognitionEngine Recognizer { get; }

        public IReadOnlyList<Recording> Recordings { get; }

        public IReadOnlyList<string> Emotions { get; }

        public IReadOnlyList<string> Truth { get; }

        public void Dispose() => Recognizer.Dispose();
    }
}

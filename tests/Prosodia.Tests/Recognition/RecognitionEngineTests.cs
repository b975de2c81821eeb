using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Tests.Audio;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class RecognitionEngineTests : IDisposable
{
    private readonly RecognitionEngine _recognizer = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _recognizer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Real_recordings_get_the_emotions_that_they_were_trained_with_and_one_answer_each()
    {
        var files = Directory
            .GetFiles(Path.Combine(TestData.Corpora(), "emodb4/wav"), "*.wav")
            .Order(StringComparer.Ordinal)
            .ToArray();
        var emotions = new Dictionary<char, string>
        {
            ['W'] = "angry",
            ['F'] = "happy",
            ['N'] = "neutral",
            ['T'] = "sad",
        };
        var right = 0;
        foreach (var file in files.Where((_, i) => i % 7 == 0))
        {
            var turn = Assert.Single(_recognizer.Recognize(file).Segments);
            if (turn.Prediction.Emotion == emotions[Path.GetFileName(file)[5]])
                right++;
            Assert.Equal(1, turn.Prediction.Probabilities.Sum(), 0.001);
        }
        // heard in training: about the program, not its accuracy
        Assert.InRange(right / (files.Length / 7.0), 0.85, 1.1);
    }

    [Fact]
    public async Task A_long_recording_becomes_a_timeline_the_same_live_and_whole()
    {
        float[] talk = [.. SyntheticCorpus.Speak(2).Take(10).SelectMany(v => v.Concat(new float[14_000]))];
        WavWriter.Write(_folder["talk.wav"], talk);
        var whole = _recognizer.Recognize(_folder["talk.wav"]);
        Assert.True(whole.IsTimeline);
        Assert.Equal(talk.Length / 16_000.0, whole.Duration.TotalSeconds, 0.001);
        Assert.InRange(whole.Segments.Count, 9, 11);
        Assert.InRange(whole.Segments[^1].End, whole.Duration - TimeSpan.FromSeconds(2), whole.Duration);
        Assert.Equal(Math.Ceiling(whole.Duration.TotalSeconds * RecognitionResult.PeaksPerSecond), whole.Peaks.Count);

        using var stream = AudioStream.Open(File.OpenRead(_folder["talk.wav"]), "live");
        var live = new List<EmotionSegment>();
        await foreach (
            var turn in _recognizer.ListenAsync(stream, cancellationToken: TestContext.Current.CancellationToken)
        )
            live.Add(turn);
        Assert.Equal(
            whole.Segments.Select(t => (t.Start, t.End, t.Prediction.Label, t.Prediction.Probability)),
            live.Select(t => (t.Start, t.End, t.Prediction.Label, t.Prediction.Probability))
        );
    }

    [Fact]
    public async Task A_turn_that_goes_on_has_provisional_answers_which_change_nothing()
    {
        float[] talk = [.. SyntheticCorpus.Speak(2).Take(4).SelectMany(v => v.Concat(new float[14_000]))];
        WavWriter.Write(_folder["talk.wav"], talk);
        async Task<List<EmotionSegment>> Listen(double? every)
        {
            using var stream = AudioStream.Open(File.OpenRead(_folder["talk.wav"]), "live");
            var turns = new List<EmotionSegment>();
            await foreach (
                var turn in _recognizer.ListenAsync(stream, every, null, TestContext.Current.CancellationToken)
            )
                turns.Add(turn);
            return turns;
        }

        var (plain, told) = (await Listen(null), await Listen(0.5));
        Assert.DoesNotContain(plain, t => t.IsProvisional);
        Assert.Equal(
            plain.Select(t => (t.Start, t.End, t.Prediction.Probability)),
            told.Where(t => !t.IsProvisional).Select(t => (t.Start, t.End, t.Prediction.Probability))
        );
        Assert.All(
            plain,
            turn => Assert.Contains(told, t => t.IsProvisional && t.Start == turn.Start && t.End <= turn.End)
        );
        Assert.All(told.Where(t => t.IsProvisional), t => Assert.True(t.End - t.Start >= TimeSpan.FromSeconds(0.5)));
    }

    [Fact]
    public void What_is_judged_together_is_judged_as_alone()
    {
        Recording[] recordings =
        [
            .. SyntheticCorpus.Speak(1).Take(3).Select(v => new Recording(v, [])),
            new Recording(new float[32_000], []),
            .. SyntheticCorpus.Speak(2).Take(3).Select(v => new Recording(v, [])),
        ];
        var together = _recognizer.Recognize(recordings);
        foreach (var (recording, estimate) in recordings.Zip(together))
        {
            var alone = _recognizer.Recognize(recording);
            Assert.Equal(alone.Label, estimate.Label);
            Assert.Equal(alone.Probabilities, estimate.Probabilities, (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Each_side_of_a_call_has_its_own_turns()
    {
        var voices = SyntheticCorpus.Speak(4).Take(8).ToArray();
        var (left, right) = (new List<float>(), new List<float>());
        foreach (var (i, voice) in voices.Index())
        {
            (i % 2 == 0 ? left : right).AddRange(voice);
            (i % 2 == 0 ? right : left).AddRange(new float[voice.Length]);
        }
        File.WriteAllBytes(
            _folder["call.wav"],
            WavBytes.Pcm16([.. left.Zip(right, (l, r) => new[] { l, r }).SelectMany(x => x)], 16_000, channels: 2)
        );
        var call = _recognizer.Recognize(_folder["call.wav"], separate: true);
        Assert.Equal(4, call.Segments.Count(t => t.Channel == 1));
        Assert.Equal(4, call.Segments.Count(t => t.Channel == 2));
        Assert.Equal(call.Segments.OrderBy(t => t.Start), call.Segments);
        Assert.All(_recognizer.Recognize(_folder["call.wav"]).Segments, t => Assert.Equal(0, t.Channel));
    }

    [Fact]
    public void Who_says_nothing_or_next_to_nothing_gets_no_emotion()
    {
        Assert.Equal(PredictionStatus.NoSpeech, _recognizer.Recognize(new Recording(new float[32_000], [])).Status);
        Assert.Equal(PredictionStatus.TooShort, _recognizer.Recognize(new Recording(new float[1_000], [])).Status);
        Assert.Equal(
            PredictionStatus.NoSpeech,
            _recognizer.Recognize(new Recording(TestData.Sine(440, 16_000, 48_000), [])).Status
        );
        float[] blink = [.. new float[8_000], .. SyntheticCorpus.Speak(1).First()[4_000..6_900], .. new float[8_000]];
        Assert.NotEqual(PredictionStatus.Emotion, _recognizer.Recognize(new Recording(blink, [])).Status);
    }

    [Theory]
    [InlineData(nameof(SoundKind.Noise))]
    [InlineData(nameof(SoundKind.Tones))]
    [InlineData(nameof(SoundKind.Music))]
    public void Other_sound_is_no_speech(string name)
    {
        var kind = Enum.Parse<SoundKind>(name);
        var refused = Enumerable
            .Range(100_000, 60)
            .Count(seed =>
                _recognizer.Recognize(new Recording(NonSpeechSynthesizer.Of(kind, new Random(seed)), [])).Status
                == PredictionStatus.NoSpeech
            );
        Assert.InRange(refused, 57, 60);
    }

    [Fact]
    public void One_recognizer_serves_many_threads()
    {
        var voices = SyntheticCorpus.Speak(6).Take(20).Select(v => new Recording(v, [])).ToArray();
        var alone = voices.Select(v => _recognizer.Recognize(v).Probability).ToArray();
        Assert.Equal(alone, voices.AsParallel().AsOrdered().Select(v => _recognizer.Recognize(v).Probability));
    }

    [Fact]
    public void Listening_can_be_stopped()
    {
        float[] talk = [.. SyntheticCorpus.Speak(2).Take(6).SelectMany(v => v.Concat(new float[14_000]))];
        WavWriter.Write(_folder["talk.wav"], talk);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            _recognizer.Recognize(_folder["talk.wav"], cancellationToken: stopped.Token)
        );
    }

    [Fact]
    public void An_explanation_adds_up_and_names_what_stands_out()
    {
        var recording = new Recording(SyntheticCorpus.Speak(1).First(), []);
        var explanation = _recognizer.Explain(recording);
        Assert.Equal(
            _recognizer.Recognize(recording),
            explanation.Prediction with
            {
                Probabilities = explanation.Prediction.Probabilities,
            },
            (a, b) => a.Emotion == b.Emotion && a.Probability == b.Probability
        );
        Assert.NotEmpty(explanation.Segments);
        Assert.All(
            explanation.Segments,
            s => Assert.InRange((s.End - s.Start).TotalSeconds, 0.1, recording.Seconds + 0.01)
        );
        Assert.Equal(explanation.Voice.OrderByDescending(v => Math.Abs(v.Deviations)), explanation.Voice);
        Assert.Equal(
            ["formants", "loudness", "movement", "pitch", "rhythm", "spectrum", "voice quality"],
            explanation.Groups.Select(g => g.Name).Order(StringComparer.Ordinal)
        );
        Assert.Empty(_recognizer.Explain(recording, [recording]).Voice); // nothing stands out against itself
        Assert.Empty(_recognizer.Explain(new Recording(new float[16_000], [])).Groups);
    }
}

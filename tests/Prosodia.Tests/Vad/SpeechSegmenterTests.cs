using CsCheck;
using Prosodia.Audio;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Vad;
using Xunit;

namespace Prosodia.Tests.Vad;

public sealed class SpeechSegmenterTests
{
    private static readonly float[][] Voices = [.. SyntheticCorpus.Speak(5).Take(4)];

    /// <summary>Four utterances with pauses of a second and more.</summary>
    private static readonly float[] Conversation =
    [
        .. Voices.SelectMany((v, i) => new float[16_000 + 8_000 * i].Concat(v)),
        .. new float[20_000],
    ];

    [Fact]
    public void Each_utterance_between_pauses_is_a_turn()
    {
        var turns = Find(Conversation, 1 << 20);
        Assert.Equal(Voices.Length, turns.Count);
        var at = 0;
        foreach (var (i, turn) in turns.Index())
        {
            at += 16_000 + 8_000 * i;
            Assert.InRange(turn.Start, at - 6_000, at + 6_000);
            Assert.InRange(
                turn.Start + turn.Samples.Length,
                at + Voices[i].Length - 8_000,
                at + Voices[i].Length + 6_000
            );
            Assert.Equal(Conversation[(int)turn.Start..(int)(turn.Start + turn.Samples.Length)], turn.Samples);
            at += Voices[i].Length;
        }
    }

    [Fact]
    public void How_audio_comes_in_blocks_changes_nothing()
    {
        var whole = Find(Conversation, 1 << 20).Select(t => (t.Start, t.Samples.Length)).ToArray();
        Gen.Int[1, 9_000]
            .Sample(
                block => Assert.Equal(whole, Find(Conversation, block).Select(t => (t.Start, t.Samples.Length))),
                iter: 25
            );
    }

    [Fact]
    public void Who_speaks_without_a_pause_is_heard_in_parts_that_join()
    {
        float[] monologue = [.. Enumerable.Range(0, 12).SelectMany(i => Voices[i % Voices.Length][4_000..^4_000])];
        var turns = Find(monologue, 16_000);
        Assert.True(turns.Count >= 2);
        Assert.All(turns, t => Assert.InRange(t.Samples.Length, 1, 8 * 16_000 + 8_000));
        Assert.All(
            turns.Zip(turns.Skip(1)),
            pair => Assert.InRange(pair.Second.Start - (pair.First.Start + pair.First.Samples.Length), 0, 8_000)
        );
    }

    [Theory]
    [InlineData(nameof(SoundKind.Noise))]
    [InlineData(nameof(SoundKind.Tones))]
    [InlineData(nameof(SoundKind.Music))]
    public void Other_sound_is_no_speech(string name)
    {
        var kind = Enum.Parse<SoundKind>(name);
        var found = Enumerable
            .Range(0, 60)
            .Count(seed => SpeechSegmenter.FindsIn(NonSpeechSynthesizer.Of(kind, new Random(seed))));
        Assert.InRange(found, 0, 4);
    }

    [Fact]
    public void Whether_someone_speaks_is_decided_early_as_it_would_be_at_the_end()
    {
        var sounds = Enumerable
            .Range(0, 90)
            .Select(seed => NonSpeechSynthesizer.Of((SoundKind)(seed % 3), new Random(seed)))
            .Concat(Voices)
            .Append([.. new float[200_000], .. Voices[0].Take(4000), .. new float[200_000]]);
        Assert.All(
            sounds,
            s =>
            {
                var whole = new SpeechSegmenter(new VoiceActivityDetector(s.Max(Math.Abs)));
                Assert.Equal(whole.Write(s).Concat(whole.Finish()).Any(), SpeechSegmenter.FindsIn(s));
            }
        );
    }

    [Fact]
    public void Real_speech_is_found_whatever_its_level_and_other_sound_is_not()
    {
        var corpora = TestData.Corpora();
        float[][] speech =
        [
            .. Directory
                .GetFiles(Path.Combine(corpora, "cremad/AudioWAV"))
                .Order(StringComparer.Ordinal)
                .Where((_, i) => i % 60 == 0)
                .Select(f => AudioFile.Read(f).Samples),
        ];
        foreach (var gain in new[] { 0.01f, 1 })
            Assert.InRange(
                speech.Count(s => SpeechSegmenter.FindsIn([.. s.Select(x => gain * x)])) / (double)speech.Length,
                0.95,
                1
            );
        var other = Directory
            .GetFiles(Path.Combine(corpora, "other-sound/esc10"), "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Where((f, i) => i % 3 == 0 && !f.Contains("Baby", StringComparison.Ordinal))
            .ToArray();
        Assert.InRange(
            other.Count(f => SpeechSegmenter.FindsIn(AudioFile.Read(f).Samples)) / (double)other.Length,
            0,
            0.15
        );
    }

    [Fact]
    public void Another_detector_at_work_changes_nothing()
    {
        var alone = Voices.Select(v => Find(v, 4_000).Count).ToArray();
        Assert.Equal(alone, Voices.AsParallel().AsOrdered().Select(v => Find(v, 4_000).Count));
    }

    [Fact]
    public void Digital_silence_is_nothing() => Assert.Empty(Find(new float[100_000], 4_000));

    private static List<SpeechSegment> Find(float[] samples, int block)
    {
        var finder = new SpeechSegmenter();
        return [.. samples.Chunk(block).SelectMany(b => finder.Write(b)), .. finder.Finish()];
    }
}

using System.Text.Json.Nodes;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Tests.Audio;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class AdaptationTests : IDisposable
{
    private readonly RecognitionEngine _recognizer = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _recognizer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_stream_adapts_to_what_came_before_and_never_to_what_follows()
    {
        float[][] turns = [.. SyntheticCorpus.Speak(3).Take(6).Select(v => (float[])[.. v, .. new float[16_000]])];
        var all = await Listen([.. turns.SelectMany(t => t)], null);
        var some = await Listen([.. turns.Take(4).SelectMany(t => t)], null);
        Assert.Equal(6, all.Count);
        Assert.Equal(some.Select(Known), all.Take(4).Select(Known));
        Assert.Equal("the stream so far, 1 recording", all[0].AdaptedTo);
        Assert.Equal("the stream so far, 6 recordings", all[5].AdaptedTo);

        var provisional = await Listen([.. turns.SelectMany(t => t)], 0.4);
        Assert.Contains(provisional, t => t.IsProvisional);
        Assert.Equal(all.Select(Known), provisional.Where(t => !t.IsProvisional).Select(Known));

        File.WriteAllBytes(_folder["talk.wav"], WavBytes.Pcm16([.. turns.SelectMany(t => t)], Recording.SampleRate));
        var whole = _recognizer.Recognize(_folder["talk.wav"], adaptation: Adaptation.Running(perChannel: false));
        Assert.Equal(all.Select(Known), whole.Segments.Select(Known));
    }

    [Fact]
    public async Task Channels_that_adapt_to_one_past_are_heard_in_the_order_of_time_however_they_are_read()
    {
        float[] Talk(int seed, int first) =>
            [.. new float[first], .. SyntheticCorpus.Speak(seed).Take(6).SelectMany(v => v.Concat(new float[12_000]))];
        var stereo = Talk(1, 0).Zip(Talk(2, 9_000)).SelectMany(f => new[] { f.First, f.Second }).ToArray();
        File.WriteAllBytes(_folder["call.wav"], WavBytes.Pcm16(stereo, Recording.SampleRate, channels: 2));
        var one = Adaptation.Running(perChannel: false);
        var whole = _recognizer.Recognize(_folder["call.wav"], separate: true, one);
        using var stream = AudioStream.Open(File.OpenRead(_folder["call.wav"]), "live", separate: true);
        var live = new List<EmotionSegment>();
        await foreach (var turn in _recognizer.ListenAsync(stream, null, one, Cancel))
            live.Add(turn);
        Assert.Equal(live.OrderBy(t => t.Start).Select(Known), whole.Segments.Select(Known));
        Assert.Equal(live.Select(t => t.End), live.Select(t => t.End).Order());
    }

    [Fact]
    public void A_source_is_named_by_what_can_be_printed()
    {
        WavWriter.Write(_folder["0.wav"], SyntheticCorpus.Speak(1).First());
        var odd = new AdaptationProfile("a\u0001b\ud800c\nd", Measured().Features);
        Assert.Equal("a b\ufffdc d, 1 recording", $"{odd}");
    }

    [Fact]
    public void A_profile_is_the_same_once_read_again()
    {
        foreach (var (i, voice) in SyntheticCorpus.Speak(1).Take(4).Index())
            WavWriter.Write(_folder[$"{i}.wav"], voice);
        var profile = Measured();
        profile.Save(_folder["p.json"]);
        var opened = AdaptationProfile.Open(_folder["p.json"]);
        Assert.Equal("room, 4 recordings", $"{opened}");
        var (kept, read) = (Adapted(profile), Adapted(opened));
        Assert.Equal(kept.Segments.Select(Known), read.Segments.Select(Known));
        Assert.Equal("room, 4 recordings", read.Segments[0].AdaptedTo);
        Assert.NotEqual(
            kept.Segments[0].Prediction.Probability,
            _recognizer.Recognize(_folder["0.wav"]).Segments[0].Prediction.Probability
        );
    }

    [Theory]
    [InlineData("", "is no profile")]
    [InlineData("[]", "is no profile")]
    [InlineData("{\"format\": 1}", "is no profile")]
    [InlineData("format=2", "is of format 2")]
    [InlineData("shift=", "does not hold")]
    [InlineData("gain=", "does not hold")]
    [InlineData("recordings=0", "does not hold")]
    [InlineData("source=null", "is no profile")]
    public void A_damaged_profile_is_refused(string change, string says)
    {
        WavWriter.Write(_folder["0.wav"], SyntheticCorpus.Speak(1).First());
        Measured().Save(_folder["p.json"]);
        var json = JsonNode.Parse(File.ReadAllText(_folder["p.json"]))!;
        if (change.Split('=') is [var name, var value])
            json[name] = value.Length == 0 ? new JsonArray(1, 2) : JsonNode.Parse(value);
        File.WriteAllText(
            _folder["q.json"],
            change.Contains('=', StringComparison.Ordinal) ? json.ToJsonString() : change
        );
        var problem = Assert.Throws<InputException>(() => AdaptationProfile.Open(_folder["q.json"]));
        Assert.Contains("q.json", problem.Message, StringComparison.Ordinal);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_of_another_model_is_refused()
    {
        WavWriter.Write(_folder["0.wav"], SyntheticCorpus.Speak(1).First());
        var other = new AdaptationProfile("room", Measured().Features, new string('0', 64));
        var problem = Assert.Throws<InputException>(() => _recognizer.AdaptationTo(other));
        Assert.Contains("another model", problem.Message, StringComparison.Ordinal);
    }

    private AdaptationProfile Measured() =>
        new SourceMeasurement(_recognizer.Model, separate: false)
            .Measure(
                Directory.GetFiles(_folder.Path, "*.wav"),
                (_, _) => "room",
                problem => throw problem,
                _ => { },
                Cancel
            )
            .Values.Single();

    private RecognitionResult Adapted(AdaptationProfile profile) =>
        _recognizer.Recognize(_folder["0.wav"], adaptation: _recognizer.AdaptationTo(profile));

    private static object Known(EmotionSegment turn) =>
        (turn.Start, turn.End, turn.Prediction.Label, turn.Prediction.Probability, turn.AdaptedTo);

    private async Task<List<EmotionSegment>> Listen(float[] talk, double? every)
    {
        using var stream = AudioStream.Open(new MemoryStream(WavBytes.Pcm16(talk, Recording.SampleRate)), "live");
        var turns = new List<EmotionSegment>();
        await foreach (
            var turn in _recognizer.ListenAsync(stream, every, Adaptation.Running(perChannel: false), Cancel)
        )
            turns.Add(turn);
        return turns;
    }
}

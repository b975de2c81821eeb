using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Xunit;

namespace Prosodia.Tests.Server;

/// <summary>What programs get from <c>POST /v1/recognitions</c>, and what they are refused with.</summary>
public sealed class RecognitionRouteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_and_a_form_get_the_same_answer()
    {
        await using var server = await TestServer.StartAsync();
        using var raw = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(await Bytes(Sad)),
            Cancel
        );
        using var form = await server.Client.PostAsync(
            "v1/recognitions",
            Form(await Bytes(Sad), "../../etc/sad.wav"),
            Cancel
        );
        var (one, other) = (await Json(raw), await Json(form));
        Assert.Equal("recording", one.GetProperty("name").GetString());
        Assert.Equal("sad.wav", other.GetProperty("name").GetString());
        foreach (var answer in new[] { one, other })
        {
            Assert.Equal(5.621, answer.GetProperty("seconds").GetDouble());
            Assert.Equal("sad", answer.GetProperty("turns")[0].GetProperty("emotion").GetString());
            Assert.False(answer.TryGetProperty("peaks", out var peaks) && peaks.ValueKind != JsonValueKind.Null);
        }
        Assert.Equal(
            one.GetProperty("turns")[0].GetProperty("probabilities").GetRawText(),
            other.GetProperty("turns")[0].GetProperty("probabilities").GetRawText()
        );
    }

    [Fact]
    public async Task A_request_names_what_it_is_adapted_to()
    {
        using var recognizer = new EmotionRecognizer();
        var profile = await recognizer.MeasureSourceAsync([Sad], "headset", Cancel);
        profile.Save(_folder["headset.json"]);
        await using var server = await TestServer.StartAsync(o =>
            o with
            {
                Profiles = new Dictionary<string, string> { ["desk"] = _folder["headset.json"] },
            }
        );
        async Task<HttpResponseMessage> Ask(string query) =>
            await server.Client.PostAsync("v1/recognitions" + query, new ByteArrayContent(await Bytes(Sad)), Cancel);
        async Task<JsonElement> Turn(string query)
        {
            using var response = await Ask(query);
            return (await Json(response)).GetProperty("turns")[0];
        }
        var (plain, adapted, running) = (await Turn(""), await Turn("?adapt=desk"), await Turn("?adapt=stream"));
        Assert.False(plain.TryGetProperty("adapted", out _));
        Assert.Equal("headset, 1 recording", adapted.GetProperty("adapted").GetString());
        Assert.Equal("the stream so far, 1 recording", running.GetProperty("adapted").GetString());
        Assert.NotEqual(
            plain.GetProperty("probabilities").GetRawText(),
            adapted.GetProperty("probabilities").GetRawText()
        );
        using var unknown = await Ask("?adapt=kitchen");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Contains("stream, desk", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var models = await server.Client.GetStringAsync("v1/models", Cancel);
        Assert.Contains("\"profiles\":[\"desk\"]", models, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_does_not_start_with_a_profile_that_it_cannot_use()
    {
        File.WriteAllText(_folder["p.json"], "{}");
        foreach (var (name, file) in new[] { ("desk", "p.json"), ("desk", "none.json"), ("stream", "p.json") })
            await Assert.ThrowsAsync<InputException>(() =>
                TestServer.StartAsync(o =>
                    o with
                    {
                        Profiles = new Dictionary<string, string> { [name] = _folder[file] },
                    }
                )
            );
    }

    [Fact]
    public async Task Details_hold_peaks_and_what_decided()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.PostAsync(
            "v1/recognitions?details=true",
            new ByteArrayContent(await Bytes(Sad)),
            Cancel
        );
        var answer = await Json(response);
        Assert.Equal(113, answer.GetProperty("peaks").GetArrayLength());
        var segments = answer.GetProperty("why").GetProperty("key_segments").EnumerateArray().ToArray();
        Assert.All(segments, s => Assert.Equal(257 * 63, s.GetProperty("spectrogram").GetBytesFromBase64().Length));
        // the loudest of all
        Assert.Contains(segments, s => s.GetProperty("spectrogram").GetBytesFromBase64().Max() == 255);
        Assert.NotEmpty(answer.GetProperty("why").GetProperty("groups").EnumerateArray());
    }

    [Fact]
    public async Task Accept_chooses_the_form()
    {
        await using var server = await TestServer.StartAsync();
        async Task<(HttpStatusCode, string?, string)> Ask(string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/recognitions")
            {
                Content = Form(await Bytes(Sad), "sad.wav"),
            };
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await server.Client.SendAsync(request, Cancel);
            return (
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                await response.Content.ReadAsStringAsync(Cancel)
            );
        }

        var (_, type, vtt) = await Ask("text/vtt, application/json;q=0.5");
        Assert.Equal("text/vtt", type);
        Assert.StartsWith("WEBVTT\n\n00:00:00.000 --> 00:00:05.621\nsad", vtt, StringComparison.Ordinal);
        (_, type, var xml) = await Ask("application/emotionml+xml");
        Assert.Equal("application/emotionml+xml", type);
        Assert.Single(XDocument.Parse(xml).Root!.Elements(), e => e.Name.LocalName == "emotion");
        Assert.Equal("application/json", (await Ask("*/*")).Item2);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await Ask("image/png")).Item1);
    }

    [Fact]
    public async Task A_call_has_a_timeline_for_each_channel()
    {
        await using var server = await TestServer.StartAsync();
        var samples = AudioFile.Read(Sad).Samples;
        var stereo = new byte[44 + samples.Length * 3 * 4];
        WavBytesOf(samples, stereo);
        using var response = await server.Client.PostAsync(
            "v1/recognitions?per_channel=true",
            new ByteArrayContent(stereo),
            Cancel
        );
        var answer = await Json(response);
        Assert.True(answer.GetProperty("is_timeline").GetBoolean());
        Assert.Equal(
            [1, 2],
            answer
                .GetProperty("turns")
                .EnumerateArray()
                .Select(t => t.GetProperty("channel").GetInt32())
                .Distinct()
                .Order()
        );
    }

    [Theory]
    [InlineData("", "is empty (0 bytes)")]
    [InlineData("not a recording", "ffmpeg cannot read it")]
    [InlineData("RIFF....WAVEfmt ", "recording: ")]
    public async Task What_cannot_be_used_is_said_with_the_name_that_the_client_gave(string content, string found)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.PostAsync("v1/recognitions", new StringContent(content), Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var detail = (await Json(response)).GetProperty("detail").GetString();
        Assert.Contains(found, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_play_list_opens_no_other_file()
    {
        await using var server = await TestServer.StartAsync();
        var other = _folder["other.wav"];
        File.Copy(Sad, other);
        foreach (
            var list in new[]
            {
                $"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:5,\nfile://{other}\n#EXT-X-ENDLIST\n",
                $"ffconcat version 1.0\nfile '{other}'\n",
                $"<?xml version=\"1.0\"?><MPD><BaseURL>file://{other}</BaseURL></MPD>",
            }
        )
        {
            using var response = await server.Client.PostAsync(
                "v1/recognitions",
                Form(System.Text.Encoding.UTF8.GetBytes(list), "list.m3u8"),
                Cancel
            );
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        }
    }

    [Fact]
    public async Task Too_large_and_too_long_recordings_are_refused()
    {
        await using var server = await TestServer.StartAsync(o =>
            o with
            {
                MaxUploadBytes = 300_000,
                MaxDuration = TimeSpan.FromSeconds(5),
            }
        );
        using var large = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(new byte[300_001]),
            Cancel
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var unannounced = await server.Client.PostAsync(
            "v1/recognitions",
            new StreamContent(new ChunkedStream(new byte[300_001])),
            Cancel
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unannounced.StatusCode);
        using var @long = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(await Bytes(Sad)),
            Cancel
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, @long.StatusCode);
        Assert.Contains("longer than", await @long.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up()
    {
        var speech = SyntheticCorpus.Speak(1).Take(6).SelectMany(v => v.Concat(new float[8_000])).ToArray();
        WavWriter.Write(_folder["long.wav"], [.. Enumerable.Repeat(speech, 20).SelectMany(s => s)]); // some minutes
        await using var server = await TestServer.StartAsync(o => o with { Timeout = TimeSpan.FromMilliseconds(1) });
        using var response = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(await Bytes(_folder["long.wav"])),
            Cancel
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_back_and_loses_nothing()
    {
        await using var server = await TestServer.StartAsync(o => o with { QueueCapacity = 2 });
        var bytes = await Bytes(Sad);
        var responses = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(_ => server.Client.PostAsync("v1/recognitions", new ByteArrayContent(bytes), Cancel))
        );
        Assert.All(
            responses,
            r => Assert.True(r.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{r.StatusCode}")
        );
        Assert.Contains(responses, r => r.StatusCode == HttpStatusCode.OK);
        var refused = responses.Where(r => r.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, r => Assert.True(r.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task One_client_may_not_ask_without_end()
    {
        await using var server = await TestServer.StartAsync(o => o with { RequestsPerMinute = 60 });
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 15; i++)
        {
            using var response = await server.Client.GetAsync("v1/models", Cancel);
            codes.Add(response.StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, codes[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, codes);
        using var health = await server.Client.GetAsync("healthz", Cancel);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Who_leaves_frees_the_place()
    {
        await using var server = await TestServer.StartAsync();
        var samples = AudioFile.Read(Sad).Samples;
        var talk = new byte[44 + samples.Length * 2 * 200]; // nearly twenty minutes, which take more than a second
        WavHeader(talk, 1);
        for (var i = 44; i < talk.Length; i += 2)
            BitConverter.TryWriteBytes(talk.AsSpan(i), (short)(samples[(i - 44) / 2 % samples.Length] * 32767));
        using (var leave = new CancellationTokenSource())
        {
            var asked = server.Client.PostAsync("v1/recognitions", new ByteArrayContent(talk), leave.Token);
            await WaitUntil(() => server.FilesHeld > 0);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
        var watch = Stopwatch.StartNew();
        using var next = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(await Bytes(Sad)),
            Cancel
        );
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        await WaitUntil(() => server.FilesHeld == 0);
    }

    [Fact]
    public async Task Nothing_is_kept_unless_it_is_asked_for()
    {
        await using (var server = await TestServer.StartAsync(o => o with { KeepDirectory = _folder["kept"] }))
        {
            using var response = await server.Client.PostAsync(
                "v1/recognitions",
                Form(await Bytes(Sad), "Anna's voice.wav"),
                Cancel
            );
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await WaitUntil(() => server.FilesHeld == 0);
        }
        var kept = Directory.GetFiles(_folder["kept"]).Select(Path.GetFileName).Order().ToArray();
        Assert.Equal([".json", ".wav"], kept.Select(Path.GetExtension));
        Assert.DoesNotContain(kept, k => k!.Contains("Anna", StringComparison.Ordinal));
        Assert.Equal(await Bytes(Sad), await Bytes(Path.Combine(_folder["kept"], kept[1]!)));
    }

    [Fact]
    public async Task Asked_to_stop_it_finishes_what_it_has()
    {
        var server = await TestServer.StartAsync();
        var bytes = await Bytes(Sad);
        var asked = Enumerable
            .Range(0, 20)
            .Select(_ => server.Client.PostAsync("v1/recognitions", new ByteArrayContent(bytes), Cancel))
            .ToArray();
        await WaitUntil(() => server.FilesHeld + asked.Count(a => a.IsCompleted) >= asked.Length); // all have arrived
        var stopping = server.StopAsync();
        Assert.All(await Task.WhenAll(asked), r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        await stopping;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetAsync("healthz", Cancel));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Routes_describe_themselves_and_are_measured()
    {
        await using var server = await TestServer.StartAsync();
        using var answered = await server.Client.PostAsync(
            "v1/recognitions",
            new ByteArrayContent(await Bytes(Sad)),
            Cancel
        );
        var document = JsonDocument.Parse(await server.Client.GetStringAsync("openapi/v1.json", Cancel)).RootElement;
        Assert.Equal(
            ["/healthz", "/readyz", "/v1/models", "/v1/recognitions", "/v1/stream"],
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order()
        );
        Assert.True(
            document
                .GetProperty("paths")
                .GetProperty("/v1/recognitions")
                .GetProperty("post")
                .GetProperty("requestBody")
                .GetProperty("content")
                .TryGetProperty("multipart/form-data", out _)
        );
        var model = JsonDocument
            .Parse(await server.Client.GetStringAsync("v1/models", Cancel))
            .RootElement.GetProperty("models")[0];
        Assert.Equal("prosodia", model.GetProperty("name").GetString());
        var metrics = await server.Client.GetStringAsync("metrics", Cancel);
        foreach (
            var name in new[]
            {
                "prosodia_recordings_total",
                "prosodia_audio_seconds_total",
                "prosodia_queue",
                "prosodia_batch",
                "http_server_request_duration_seconds",
            }
        )
            Assert.Contains(name, metrics, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Sad => Path.Combine(TestData.Corpora(), "emodb4", "wav", "08a05Ta.wav");

    private static Task<byte[]> Bytes(string file) => File.ReadAllBytesAsync(file, Cancel);

    private static MultipartFormDataContent Form(byte[] bytes, string name)
    {
        var part = new ByteArrayContent(bytes);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { part, "file", name } };
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement;

    private static async Task WaitUntil(Func<bool> done)
    {
        for (var i = 0; i < 200 && !done(); i++)
            await Task.Delay(50, Cancel);
        Assert.True(done());
    }

    /// <summary>Three times the recording on the left, silent on the right and the other way round.</summary>
    private static void WavBytesOf(float[] samples, byte[] wav)
    {
        WavHeader(wav, 2);
        for (var i = 0; i < 3 * samples.Length; i++)
            BitConverter.TryWriteBytes(
                wav.AsSpan(44 + i * 4 + (i / samples.Length % 2 == 0 ? 0 : 2)),
                (short)(samples[i % samples.Length] * 32767)
            );
    }

    private static void WavHeader(byte[] wav, int channels)
    {
        using var writer = new BinaryWriter(new MemoryStream(wav));
        writer.Write("RIFF"u8);
        writer.Write(wav.Length - 8);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(16000);
        writer.Write(32000 * channels);
        writer.Write((short)(2 * channels));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(wav.Length - 44);
    }

    /// <summary>A stream whose length the client doesn't tell.</summary>
    private sealed class ChunkedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

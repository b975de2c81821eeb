using System.Text.Json;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Tests.Audio;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

[Trait("Tier", "Slow")]
public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_manifest_without_a_usable_row_tells_of_each_row_once()
    {
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\na.wav,,sad\nb.wav,1,\n");
        var (code, _, errors) = Invoke("predict", _folder["m.csv"]);
        Assert.Equal(3, code);
        Assert.Equal(2, errors.Split('\n').Count(l => l.Contains("m.csv, line ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Speakers_of_a_manifest_are_those_of_its_predictions()
    {
        foreach (var (i, voice) in SyntheticCorpus.Speak(1).Take(2).Index())
            WavWriter.Write(_folder[$"{i}.wav"], voice);
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\n0.wav,anna,sad\n1.wav,anna,sad\n");
        var run = Invoke("predict", _folder["m.csv"], "--format", "csv");
        Assert.Equal(2, run.Output.Split('\n').Count(r => r.Split(',') is [_, _, _, _, "anna", ..]));
    }

    [Theory]
    [InlineData("collection", "\"collection, 6 recordings\"")]
    [InlineData("speaker", "m.csv, 3 recordings\"")]
    public void Predictions_adapt_to_their_source_and_say_so(string to, string says)
    {
        var samples = Directory.GetFiles(Path.Combine(TestData.Repository, "samples"), "*.wav");
        foreach (var (i, sample) in samples.Order(StringComparer.Ordinal).Take(6).Index())
            File.Copy(sample, _folder[$"{i}.wav"]);
        File.WriteAllText(
            _folder["m.csv"],
            "path,speaker,emotion\n"
                + string.Concat(Enumerable.Range(0, 6).Select(i => $"{i}.wav,{(i < 3 ? "anna" : "ben")},sad\n"))
        );
        var plain = Invoke("predict", _folder["m.csv"], "--format", "csv").Output.Trim().Split('\n');
        var run = Invoke("predict", _folder["m.csv"], "--format", "csv", "--adapt", to);
        Assert.Equal(0, run.Code);
        Assert.Contains("has only", run.Errors, StringComparison.Ordinal);
        var adapted = run.Output.Trim().Split('\n');
        Assert.Equal(plain[0] + ",adapted", adapted[0]);
        Assert.EndsWith(says, adapted[1], StringComparison.Ordinal);
        Assert.Equal(7, adapted.Length);
        Assert.NotEqual(plain[1..], adapted[1..].Select(r => r[..r.IndexOf(",\"", StringComparison.Ordinal)]));
        Assert.Equal(run.Output, Invoke("predict", _folder["m.csv"], "--format", "csv", "--adapt", to).Output);
        var json = Invoke("predict", _folder["m.csv"], "--format", "json", "--adapt", to);
        Assert.EndsWith(says[1..^1], Json(json.Output)[0].GetProperty("adapted").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Invoke("predict", _folder["m.csv"], "--explain", "--adapt", to).Code);
        Assert.Equal(0, Invoke("predict", _folder["m.csv"], "--adapt", to).Code);
    }

    [Fact]
    public void A_source_is_measured_once_and_its_later_recordings_adapt_to_it()
    {
        var samples = Directory.GetFiles(Path.Combine(TestData.Repository, "samples"), "*.wav");
        foreach (var (i, sample) in samples.Order(StringComparer.Ordinal).Take(6).Index())
            File.Copy(sample, _folder[$"{i}.wav"]);
        File.WriteAllText(_folder["bad.wav"], "no sound");
        var adapt = Invoke("adapt", _folder.Path, "--name", "headset", "--out", _folder["out/headset.json"]);
        Assert.Equal(3, adapt.Code); // because of the bad one, which is named
        Assert.Contains("bad.wav", adapt.Errors, StringComparison.Ordinal);
        string Predictions(string to) =>
            Invoke("predict", _folder["0.wav"], _folder["5.wav"], "--format", "csv", "--adapt", to).Output;
        var adapted = Predictions(_folder["out/headset.json"]);
        Assert.Contains("\"headset, 6 recordings\"", adapted, StringComparison.Ordinal);
        var others = Enumerable.Range(0, 6).Select(i => _folder[$"{i}.wav"]);
        string[] together = ["predict", .. others, "--format", "csv", "--adapt", "collection"];
        var all = Invoke(together);
        Assert.Contains(adapted.Split('\n')[1].Split(",\"")[0], all.Output, StringComparison.Ordinal);
        string[] part = ["predict", _folder["0.wav"], _folder["1.wav"], "--format", "csv", "--adapt"];
        Invoke([.. part, _folder["out/headset.json"], "--shard", "1/2", "--out", _folder["out/1.csv"]]);
        Invoke([.. part[..^1], "--shard", "2/2", "--out", _folder["out/2.csv"]]);
        var merged = Invoke("merge", _folder["out/1.csv"], _folder["out/2.csv"], "--out", _folder["out/all.csv"]);
        Assert.Equal(3, merged.Code);
        Assert.Contains("another model, profile, threshold", merged.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Invoke([.. part, "collection", "--shard", "1/2", "--out", _folder["out/3.csv"]]).Code);
        Assert.Contains(
            "what it was adapted to",
            Invoke("predict", _folder["0.wav"], "--explain", "--adapt", _folder["out/headset.json"]).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(3, Invoke("adapt", _folder.Path, "--out", _folder["0.wav"]).Code); // an input
        Assert.Equal(3, Invoke("predict", _folder["0.wav"], "--adapt", _folder["none.json"]).Code);
        Assert.Equal(3, Invoke("predict", _folder["0.wav"], "--adapt", _folder["0.wav"]).Code);
    }

    [Fact]
    public void Each_channel_of_a_call_is_a_speaker_also_as_it_comes()
    {
        float[] Talk(int seed) => [.. SyntheticCorpus.Speak(seed).Take(5).SelectMany(v => v.Concat(new float[16_000]))];
        var (left, right) = (Talk(1), Talk(2));
        var frames = left.Zip(right).SelectMany(f => new[] { f.First, f.Second }).ToArray();
        File.WriteAllBytes(_folder["call.wav"], WavBytes.Pcm16(frames, 16_000, channels: 2));
        var whole = Invoke("predict", _folder["call.wav"], "--per-channel", "--adapt", "speaker", "--format", "jsonl");
        Assert.Equal(0, whole.Code);
        var turns = whole.Output.Trim().Split('\n').Select(l => Json(l)).ToArray();
        Assert.All(
            turns,
            t =>
                Assert.StartsWith(
                    $"channel {t.GetProperty("channel").GetInt32()}, ",
                    t.GetProperty("adapted").GetString(),
                    StringComparison.Ordinal
                )
        );
        using var live = StartForInput(
            _folder["home"],
            "predict",
            "-",
            "--per-channel",
            "--adapt",
            "speaker",
            "--format",
            "jsonl"
        );
        live.StandardInput.BaseStream.Write(File.ReadAllBytes(_folder["call.wav"]));
        live.StandardInput.Close();
        var heard = Finished(live).Output.Trim().Split('\n').Select(l => Json(l).GetProperty("adapted").GetString());
        Assert.Contains("channel 2 so far, 1 recording", heard);
        Assert.Contains("channel 2 so far, 5 recordings", heard);
        using var mixed = StartForInput(_folder["home"], "predict", "-", "--adapt", "speaker");
        mixed.StandardInput.Close();
        Assert.Equal(2, Finished(mixed).Code); // whose channel?
    }

    [Fact]
    public void A_folder_with_bad_files_is_predicted_on_the_rest()
    {
        foreach (var (name, bytes) in AudioFileTests.BadFiles().Select(row => (row.Data.Item1, row.Data.Item2)))
            File.WriteAllBytes(_folder[name], bytes);
        File.WriteAllText(_folder["notes.txt"], "no recording, not looked at");
        foreach (var (i, voice) in SyntheticCorpus.Speak(1).Take(3).Index())
            WavWriter.Write(_folder[$"deep/{i}.wav"], voice);

        var run = Invoke("predict", _folder.Path, "--format", "csv", "--out", _folder["p.csv"]);

        Assert.Equal(3, run.Code);
        Assert.Contains(_folder["empty.wav"], run.Errors, StringComparison.Ordinal);
        Assert.Contains(_folder["nan.wav"], run.Errors, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(_folder["p.csv"]);
        Assert.Equal(
            "path,channel,start_s,end_s,speaker,answer,reason,emotion,probability,angry,happy,neutral,sad",
            rows[0]
        );
        Assert.Equal(3, rows.Count(r => r.Contains("/deep/", StringComparison.Ordinal)));
        Assert.Contains(
            rows,
            r =>
                r.Contains("one.wav,0,0,0", StringComparison.Ordinal)
                && r.Contains("too short", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("deep/*.wav", 2)]
    [InlineData("**/*.wav", 3)]
    public void Patterns_find_files(string pattern, int count)
    {
        var voice = SyntheticCorpus.Speak(1).First();
        foreach (var name in new[] { "a.wav", "deep/b.wav", "deep/c.wav" })
            WavWriter.Write(_folder[name], voice);
        Assert.Equal(count, Json(Invoke("predict", _folder[pattern], "--format", "json").Output).GetArrayLength());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void Shards_put_together_are_the_whole_and_what_is_wrong_with_them_is_told(string format)
    {
        foreach (var (i, voice) in SyntheticCorpus.Speak(1).Take(4).Index())
            WavWriter.Write(_folder[$"in/{i}.wav"], voice);
        File.WriteAllText(_folder["in/2-bad.wav"], "");
        (int Code, string Output, string Errors) Predict(string target, params string[] more) =>
            Invoke(["predict", _folder["in"], "--format", format, "--out", _folder[target], .. more]);
        (int Code, string Output, string Errors) Merge(params int[] parts) =>
            Invoke(["merge", .. parts.Select(p => _folder[$"{p}.{format}"]), "--out", _folder["merged"]]);
        Assert.Equal(3, Predict("whole").Code);
        // more than there are recordings
        int[] codes = [.. Enumerable.Range(1, 7).Select(i => Predict($"{i}.{format}", "--shard", $"{i}/7").Code)];
        Assert.Equal([0, 0, 0, 0, 0, 0, 3], codes.Order());

        Assert.Equal(
            (0, $"5 recordings, 1 of them left out, from 7 shards: {_folder["merged"]}\n"),
            (Merge(7, 6, 5, 4, 3, 2, 1) is var (code, output, _) ? (code, output) : default)
        );
        Assert.Equal(File.ReadAllText(_folder["whole"]), File.ReadAllText(_folder["merged"]));
        Assert.Contains("would lack 2 of 7 shards (3, 5)", Merge(1, 2, 4, 6, 7).Errors, StringComparison.Ordinal);
        Assert.Contains("is shard 2 once more", Merge(1, 2, 2, 3, 4, 5, 6, 7).Errors, StringComparison.Ordinal);
        File.AppendAllText(_folder[$"3.{format}"], "x");
        Assert.Contains(
            "was changed after it was written",
            Merge(1, 2, 3, 4, 5, 6, 7).Errors,
            StringComparison.Ordinal
        );
        Predict($"3.{format}", "--shard", "3/8", "--force");
        Assert.Contains(
            "another model, profile, threshold, form or number of shards",
            Merge(1, 2, 3, 4, 5, 6, 7).Errors,
            StringComparison.Ordinal
        );
        File.Delete(_folder[$"4.{format}.shard.json"]);
        Assert.Contains("has no readable", Merge(1, 2, 4, 5, 6, 7).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeline_has_a_page_and_comes_back_as_a_corpus()
    {
        WavWriter.Write(
            _folder["talk.wav"],
            [.. SyntheticCorpus.Speak(2).Take(8).SelectMany(v => v.Concat(new float[14_000]))]
        );
        Assert.Equal(
            0,
            Invoke(
                "predict",
                _folder["talk.wav"],
                "--format",
                "textgrid",
                "--pictures",
                _folder["look"],
                "--threshold",
                "0"
            ).Code
        );
        Assert.True(new FileInfo(_folder["look/talk.png"]).Length > 10_000);
        Assert.Contains("src=\"../talk.wav\"", File.ReadAllText(_folder["look/talk.html"]), StringComparison.Ordinal);

        var import = Invoke("import", "annotations", _folder["talk.TextGrid"], "--out", _folder["talk-corpus.csv"]);
        Assert.Equal(0, import.Code);
        var rows = File.ReadAllLines(_folder["talk-corpus.csv"]);
        Assert.InRange(rows.Length, 3, 10); // not all of what a synthesizer says is taken for speech
        Assert.All(rows.Skip(1), r => Assert.StartsWith("talk-corpus-clips/talk-0-", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Standard_input_is_heard_while_it_comes(bool withHeader)
    {
        float[] talk = [.. SyntheticCorpus.Speak(2).Take(2).SelectMany(v => v.Concat(new float[48_000]))];
        WavWriter.Write(_folder["talk.wav"], talk);
        var bytes = File.ReadAllBytes(_folder["talk.wav"])[(withHeader ? 0 : 44)..];
        using var process = StartForInput(_folder["home"], "predict", "-", "--format", "jsonl");
        var half = 44 + 2 * (talk.Length / 2);
        process.StandardInput.BaseStream.Write(bytes, 0, half);
        process.StandardInput.BaseStream.Flush();
        var first = process.StandardOutput.ReadLine(); // before the rest is sent
        Assert.Equal("-", Json(first!).GetProperty("path").GetString());
        process.StandardInput.BaseStream.Write(bytes, half, bytes.Length - half);
        process.StandardInput.Close();
        var second = process.StandardOutput.ReadLine();
        Assert.True(Json(second!).GetProperty("start_s").GetDouble() > Json(first!).GetProperty("end_s").GetDouble());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Every_form_is_written_and_an_answer_explained()
    {
        WavWriter.Write(_folder["a.wav"], SyntheticCorpus.Speak(1).First());
        Assert.Contains("a.wav", Invoke("predict", _folder["a.wav"]).Output, StringComparison.Ordinal);
        Assert.Contains(
            "<emotionml",
            Invoke("predict", _folder["a.wav"], "--format", "emotionml").Output,
            StringComparison.Ordinal
        );
        Assert.Equal(0, Invoke("predict", _folder["a.wav"], "--format", "webvtt", "--out", _folder["a.vtt"]).Code);
        Assert.StartsWith("WEBVTT", File.ReadAllText(_folder["a.vtt"]), StringComparison.Ordinal);
        var why = Invoke("predict", _folder["a.wav"], "--explain", "--pictures", _folder["look"]);
        Assert.Contains("what decided for", why.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder["look/a-why.png"]).Length > 10_000);
        Assert.Contains(
            "deviations from the speaker's other recordings): nothing",
            Invoke("predict", _folder["a.wav"], "--explain", "--speaker", _folder["a.wav"]).Output,
            StringComparison.Ordinal
        );
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}

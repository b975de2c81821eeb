using System.Globalization;
using System.Text.RegularExpressions;
using Parquet;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Features;
using Prosodia.Tests.Audio;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.FeatureStore;

[Trait("Tier", "Slow")]
public sealed class RecordingFeatureTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Manifest _manifest;

    public RecordingFeatureTableTests()
    {
        var whole = SyntheticCorpus.Write(_folder["it's here"], seed: 1);
        _manifest = whole with { Utterances = [.. whole.Utterances.Take(5)] };
        _manifest.Write(_folder["m.csv"]);
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_read_again_from_where_it_is_kept()
    {
        using var kept = FeatureSet.OpenCache(_folder["measured"], "");
        FeatureSet Measured(long maxBytes) =>
            FeatureSet.Of(
                _manifest.Utterances,
                r =>
                    [
                        [.. new ProsodicFeatures(r).Features().Select(f => f.Value)],
                        [r.Samples[0]],
                    ],
                kept,
                maxBytes: maxBytes
            );
        var (all, some, none) = (Measured(long.MaxValue), Measured(10_000), Measured(0));
        Assert.Equal(all.Values, some.Values);
        Assert.Equal(all.Values, none.Values);
        Assert.Same(all.Values[0], all.Values[0]);
        Assert.NotSame(none.Values[0], none.Values[0]);
    }

    [Fact]
    public async Task Every_format_holds_the_same_numbers_and_their_names_units_and_sources()
    {
        using var kept = FeatureSet.OpenCache(_folder["measured"], "");
        var corpus = FeatureSet.Of(
            _manifest.Utterances,
            r =>
                [
                    [.. new ProsodicFeatures(r).Features().Select(f => f.Value)],
                ],
            kept
        );
        foreach (var extension in RecordingFeatureTable.Extensions)
            RecordingFeatureTable.Write(_folder["t" + extension], corpus, RecordingFeatures.Prosody);
        var (names, last) = (ProsodicFeatures.FeatureNames, corpus.Values[^1][0]);

        var csv = await File.ReadAllLinesAsync(_folder["t.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(["path", "speaker", "sex", "emotion", .. names], csv[0].Split(','));
        Assert.Equal(last, csv[^1].Split(',')[4..].Select(Number));

        var arff = await File.ReadAllLinesAsync(_folder["t.arff"], TestContext.Current.CancellationToken);
        Assert.Equal(
            names,
            arff.Where(l => l.EndsWith(" numeric", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])
        );
        Assert.Contains(arff, l => l.StartsWith("@attribute emotion {'", StringComparison.Ordinal));
        Assert.Contains("it\\'s here", arff[^1], StringComparison.Ordinal);
        Assert.Equal(last, arff[^1].Split(',')[3..^1].Select(Number));

        await using var parquet = await ParquetReader.CreateAsync(
            _folder["t.parquet"],
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(["path", "speaker", "sex", "emotion", .. names], parquet.Schema.Fields.Select(f => f.Name));
        Assert.Equal(5, parquet.OpenRowGroupReader(0).RowCount);

        var npy = await File.ReadAllBytesAsync(_folder["t.npy"], TestContext.Current.CancellationToken);
        Assert.Equal(last[^1], BitConverter.ToSingle(npy, npy.Length - sizeof(float)));
        Assert.Equal(0, (npy.Length - 5 * sizeof(float) * last.Length) % 64);

        var about = await File.ReadAllLinesAsync(_folder["t.features.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(names.Count + 1, about.Length);
        Assert.Contains(about, l => l.StartsWith("f0_mean,semitones from 27.5 Hz,", StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_writes_them_and_leaves_out_what_it_cannot_read()
    {
        File.WriteAllText(_folder["bad.wav"], "no sound");
        File.AppendAllText(_folder["m.csv"], "bad.wav,1,male,sad,,\n");
        var run = Invoke("features", _folder["m.csv"], "--set", "prosody", "--out", _folder["t.csv"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("5 recordings, 953 features each", run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.wav", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Invoke("features", _folder["m.csv"], "--set", "prosody", "--out", _folder["t.txt"]).Code);
        Assert.Equal(
            2,
            Invoke("features", _folder["m.csv"], "--set", "prosody", "--int8", "--out", _folder["t.csv"]).Code
        );
    }

    [Fact]
    public void EGeMAPS_has_its_functionals_and_its_descriptors()
    {
        Assert.Equal(
            0,
            Invoke("features", _folder["m.csv"], "--set", "egemaps", "--level", "lld", "--out", _folder["l.csv"]).Code
        );
        var lines = File.ReadAllLines(_folder["l.csv"]);
        Assert.StartsWith("path,frameTime,Loudness_sma3,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",0.01,", lines[2], StringComparison.Ordinal);
        var parquet = Invoke(
            "features",
            _folder["m.csv"],
            "--set",
            "egemaps-paper",
            "--level",
            "lld",
            "--out",
            _folder["l.parquet"]
        );
        Assert.Contains($"{lines.Length - 1} frames of 5 recordings", parquet.Output, StringComparison.Ordinal);
        var gemaps = Invoke("features", _folder["m.csv"], "--set", "gemaps", "--out", _folder["g.arff"]);
        Assert.Contains("62 features each", gemaps.Output, StringComparison.Ordinal);
        Assert.Equal(
            2,
            Invoke("features", _folder["m.csv"], "--set", "gemaps", "--level", "lld", "--out", _folder["l.csv"]).Code
        );
        var prosody = Invoke(
            "features",
            _folder["m.csv"],
            "--set",
            "prosody",
            "--level",
            "lld",
            "--out",
            _folder["p.csv"]
        );
        Assert.Contains("of 5 recordings, 70 descriptors each", prosody.Output, StringComparison.Ordinal);
        var segments = Invoke(
            "features",
            _folder["m.csv"],
            "--set",
            "gemaps",
            "--beta",
            "2",
            "--out",
            _folder["g.csv"]
        );
        Assert.Contains("--beta goes with --set encoder", segments.Errors, StringComparison.Ordinal);
        Assert.Equal(
            2,
            Invoke("features", _folder["m.csv"], "--set", "gemaps", "--channel", "0", "--out", _folder["g.csv"]).Code
        );
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".arff")]
    [InlineData(".parquet")]
    public void Parts_of_files_have_the_features_of_files_of_their_own(string format)
    {
        var samples = _manifest.Utterances.Select(u => AudioFile.Read(u.Path).Samples).ToArray();
        WavWriter.Write(_folder["all.wav"], [.. samples.SelectMany(s => s)]);
        var (rows, at) = ("path,speaker,emotion,start,end\n", 0);
        foreach (var (u, s) in _manifest.Utterances.Zip(samples))
            rows += FormattableString.Invariant(
                $"all.wav,{u.Speaker},{u.Emotion},{at / 16_000.0},{(at += s.Length) / 16_000.0}\n"
            );
        File.WriteAllText(_folder["parts.csv"], rows + "all.wav,9,sad,1000,1001\n");
        var run = Invoke("features", _folder["parts.csv"], "--set", "gemaps", "--out", _folder["p" + format]);
        Assert.Equal(3, run.Code);
        Assert.Contains("all.wav#t=1000,1001: ends at", run.Errors, StringComparison.Ordinal);
        if (format != ".csv")
            return;
        Assert.Equal(0, Invoke("features", _folder["m.csv"], "--set", "gemaps", "--out", _folder["w.csv"]).Code);
        string[][] Table(string file) => [.. File.ReadLines(_folder[file]).Select(l => l.Split(','))];
        Assert.Equal(["start", "end"], Table("p.csv")[0][4..6]);
        Assert.Equal(Table("w.csv").Select(r => r[4..]), Table("p.csv").Select(r => r[6..]));
    }

    [Theory]
    [InlineData(22_050)]
    [InlineData(11_025)]
    public void Frames_are_10_ms_apart_at_any_rate(int rate)
    {
        var samples = TestData.Sine(200, rate, 20 * rate);
        for (var i = 19 * rate; i < samples.Length; i++)
            samples[i] = 0;
        var features = new EgemapsFeatures(samples, rate);
        var loudness = Enumerable.Range(0, features.FrameCount).Select(f => features.Descriptors[f * 25]).ToArray();
        Assert.InRange(Array.FindLastIndex(loudness, l => l > loudness[100] / 2), 1896, 1902);
    }

    [Fact]
    public void A_rate_of_the_recordings_own_changes_eGeMAPS()
    {
        var twice = AudioFile.Read(_manifest.Utterances[0].Path).Samples.SelectMany(x => new[] { x, x }).ToArray();
        File.WriteAllBytes(_folder["32.wav"], WavBytes.Pcm16(twice, 32_000));
        File.WriteAllBytes(_folder["6.wav"], WavBytes.Pcm16(twice, 6_000));
        File.WriteAllText(_folder["r.csv"], "path,speaker,emotion\n32.wav,1,sad\n6.wav,1,sad\n");
        (int Code, string Output, string Errors) Features(string set, string rate, string file) =>
            Invoke("features", _folder["r.csv"], "--set", set, "--rate", rate, "--out", _folder[file]);
        var own = Features("egemaps", "native", "own.csv");
        Assert.Equal(3, own.Code);
        Assert.Contains("has 6000 samples a second", own.Errors, StringComparison.Ordinal);
        Assert.Equal(0, Features("egemaps", "16000", "16.csv").Code);
        Assert.NotEqual(File.ReadAllLines(_folder["16.csv"])[1], File.ReadAllLines(_folder["own.csv"])[1]);
        Assert.Equal(2, Features("prosody", "native", "p.csv").Code);
    }

    [Fact]
    public void Parts_are_evaluated_as_files_of_their_own()
    {
        var corpus = SyntheticCorpus.Write(_folder["corpus"], seed: 2);
        corpus.Write(_folder["corpus.csv"]);
        var rows = "path,speaker,emotion,start,end\n";
        foreach (var speaker in corpus.Utterances.GroupBy(u => u.Speaker))
        {
            var all = new List<float>();
            foreach (var u in speaker)
            {
                var samples = AudioFile.Read(u.Path).Samples;
                var (start, end) = (all.Count / 16e3, (all.Count + samples.Length) / 16e3);
                rows += FormattableString.Invariant($"{u.Speaker}.wav,{u.Speaker},{u.Emotion},{start},{end}\n");
                all.AddRange(samples);
            }
            WavWriter.Write(_folder[$"{speaker.Key}.wav"], [.. all]);
        }
        File.WriteAllText(_folder["parts.csv"], rows);
        string[] Predicted(string name)
        {
            var run = Invoke(
                "evaluate",
                _folder[name + ".csv"],
                "--protocol",
                "leave-one-speaker-out",
                "--model",
                "egemaps",
                "--out",
                _folder[name]
            );
            Assert.True(run.Code == 0, run.Errors);
            return
            [
                .. File.ReadAllLines(_folder[$"{name}/predictions.csv"])
                    .Select(l => Regex.Replace(l, "\"[^\"]*\"", "part").Split(','))
                    .Select(l => string.Join(',', l.Where((_, column) => column is not 1 and < 5)))
                    .Order(StringComparer.Ordinal),
            ];
        }
        Assert.Equal(Predicted("corpus"), Predicted("parts"));
    }

    public void Dispose() => _folder.Dispose();

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}

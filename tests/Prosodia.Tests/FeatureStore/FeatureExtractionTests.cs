using System.Diagnostics;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Tests.Cli;
using Prosodia.Tests.Encoders;
using Xunit;

namespace Prosodia.Tests.FeatureStore;

[Trait("Tier", "Slow")]
public sealed class FeatureExtractionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Manifest _manifest;

    public FeatureExtractionTests()
    {
        _manifest = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        _manifest.Write(_folder["m.csv"]);
        SmallModels.Convolutions(1, 257, 63).Write(_folder["small.onnx"]);
    }

    [Fact]
    public void A_recording_is_encoded_once_however_often_it_is_listed_and_asked_for()
    {
        File.Copy(_manifest.Utterances[0].Path, _folder["copy.wav"]);
        Utterance[] utterances = [.. _manifest.Utterances, new Utterance(_folder["copy.wav"], "11", "sad")];
        var (first, features) = Extract(utterances);
        var (second, again) = Extract(utterances);
        Assert.Equal((_manifest.Utterances.Count, 0), (first, second));
        Assert.Equal(features[0], features[^1]);
        Assert.Equal(features.SelectMany(f => f), again.SelectMany(f => f));
    }

    [Fact]
    public void Recordings_that_cannot_be_used_are_told_each_and_the_others_encoded()
    {
        File.WriteAllText(_folder["bad.wav"], "");
        File.WriteAllText(_folder["bad2.wav"], "");
        using var encoder = new SegmentEncoder(_folder["small.onnx"]);
        var extraction = new FeatureExtraction(encoder, new FeatureOptions(new KeySegmentOptions()));
        using var cache = extraction.OpenCache(_folder["cache"]);
        var corpus = extraction.Run(
            [
                .. new[] { "bad.wav", "none.wav", "bad2.wav" }.Select(f => new Utterance(_folder[f], "1", "sad")),
                _manifest.Utterances[0],
            ],
            cache
        );
        Assert.Equal([_manifest.Utterances[0].Path], corpus.Utterances.Select(u => u.Path));
        Assert.Equal(3, corpus.Problems.Count);
        Assert.Throws<InputException>(() => extraction.Run([new Utterance(_folder["bad.wav"], "1", "sad")], cache));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_stops_the_work_and_blames_no_recording()
    {
        using var encoder = new SegmentEncoder(_folder["small.onnx"]);
        var extraction = new FeatureExtraction(encoder, new FeatureOptions(new KeySegmentOptions()));
        using var cache = extraction.OpenCache(_folder["cache"]);
        var folder = Directory.GetDirectories(_folder["cache"])[0];
        var error = Assert.Throws<InputException>(() =>
            extraction.Run(
                _manifest.Utterances,
                cache,
                lookedUp: () =>
                {
                    lock (cache)
                    {
                        if (!Directory.Exists(folder))
                            return;
                        Directory.Delete(folder, recursive: true);
                        File.WriteAllText(folder, "in the way");
                    }
                }
            )
        );
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_at_any_moment_the_next_run_ends_like_an_undisturbed_one()
    {
        Run(_folder["undisturbed"], "whole.npy").WaitForExit();
        var random = new Random(1);
        for (var i = 0; i < 6; i++)
        {
            using var process = Run(_folder["killed"], "cut.npy");
            Thread.Sleep(random.Next(300, 1500));
            process.Kill();
            process.WaitForExit();
        }
        using var last = Run(_folder["killed"], "cut.npy");
        last.WaitForExit();
        Assert.Equal(0, last.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["whole.npy"]), File.ReadAllBytes(_folder["cut.npy"]));
    }

    [Fact]
    public void Two_processes_fill_a_cache_together()
    {
        using Process one = Run(_folder["together"], "one.npy"),
            other = Run(_folder["together"], "other.npy");
        one.WaitForExit();
        other.WaitForExit();
        Assert.Equal((0, 0), (one.ExitCode, other.ExitCode));
        Assert.Equal(File.ReadAllBytes(_folder["one.npy"]), File.ReadAllBytes(_folder["other.npy"]));
    }

    [Fact]
    public async Task The_tables_are_read_by_others()
    {
        await Run(_folder["home"], "t.npy").WaitForExitAsync(TestContext.Current.CancellationToken);
        await Run(_folder["home"], "t.parquet").WaitForExitAsync(TestContext.Current.CancellationToken);
        var rows = await ParquetRows(_folder["t.parquet"]);
        var numpy = File.ReadAllBytes(_folder["t.npy"]);
        var header = System.Text.Encoding.Latin1.GetString(numpy, 10, BitConverter.ToUInt16(numpy, 8));
        Assert.Equal(0, (10 + header.Length) % 64);
        Assert.Contains($"'shape': ({rows},)", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numpy_reads_the_table()
    {
        await Run(_folder["home"], "t.npy").WaitForExitAsync(TestContext.Current.CancellationToken);
        var (_, features) = Extract([.. _manifest.Utterances]);
        const string program =
            "import numpy, sys; t = numpy.load(sys.argv[1], mmap_mode='r'); print(t['path'][0], "
            + "t['emotion'][-1], t['features'].shape, t['features'][-1][3].tobytes().hex())";
        var start = new ProcessStartInfo(TestData.Python, ["-c", program, _folder["t.npy"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var python = Process.Start(start)!;
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(
            (await python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Contains(
                "No module named",
                StringComparison.Ordinal
            ),
            "no numpy"
        );
        var last = Convert.ToHexStringLower(BitConverter.GetBytes(features[^1][^1]));
        Assert.Equal(
            $"{_manifest.Utterances[0].Path} {_manifest.Utterances[^1].Emotion} "
                + $"({features.Sum(f => f.Length) / 4}, 4) {last}\n",
            output
        );
    }

    public void Dispose() => _folder.Dispose();

    private (int Encoded, float[][] Features) Extract(Utterance[] utterances)
    {
        using var encoder = new SegmentEncoder(_folder["small.onnx"]);
        var extraction = new FeatureExtraction(encoder, new FeatureOptions(new KeySegmentOptions()));
        using var cache = extraction.OpenCache(_folder["cache"]);
        var encoded = 0;
        var corpus = extraction.Run(utterances, cache, encoded: _ => Interlocked.Increment(ref encoded));
        return (encoded, [.. corpus.Utterances.Select(u => corpus.Of(u).Values.ToArray())]);
    }

    private Process Run(string home, string table) =>
        CommandLine.Start(
            home,
            "features",
            _folder["m.csv"],
            "--encoder",
            "onnx:" + _folder["small.onnx"],
            "--out",
            _folder[table]
        );

    private static async Task<long> ParquetRows(string file)
    {
        await using var stream = File.OpenRead(file);
        await using var reader = await Parquet.ParquetReader.CreateAsync(stream);
        using var group = reader.OpenRowGroupReader(0);
        return group.RowCount;
    }
}

using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Recognition;
using Prosodia.Tests.Cli;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>
/// The inputs that public bug reports were about, as their generator makes them from a real recording.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class CasesTests(CasesTests.Generated cases) : IClassFixture<CasesTests.Generated>, IDisposable
{
    private static readonly RecognitionEngine Recognizer = new();

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("wav/blockalign-4-mono16.wav")]
    [InlineData("wav/blockalign-1-mono16.wav")]
    [InlineData("wav/blockalign-2-stereo16.wav")]
    [InlineData("wav/opposite-phase.wav")]
    public void A_wrong_header_or_phase_changes_no_answer(string file)
    {
        var (plain, other) = (Recognizer.Recognize(cases["wav/plain.wav"]), Recognizer.Recognize(cases[file]));
        Assert.Equal(plain.Segments[0].Prediction.Label, other.Segments[0].Prediction.Label);
        Assert.Equal(plain.Duration.TotalSeconds, other.Duration.TotalSeconds, 2);
        Assert.Single(other.Warnings);
    }

    [Fact]
    public void Every_coding_is_decoded_as_a_file_and_from_a_pipe()
    {
        foreach (
            var file in Directory
                .GetFiles(cases["codings"])
                .Where(f => !f.Contains("without-sound", StringComparison.Ordinal))
        )
        {
            Assert.InRange(AudioFile.Read(file).Seconds, 1.7, 2.1);
            using var pipe = AudioStream.Open(File.OpenRead(file), "pipe");
            while (pipe.Read() is not null) { }
            Assert.InRange((double)pipe.Frames / pipe.SourceRate, 1.7, 2.1);
        }
        Assert.Contains(
            "has no sound",
            Assert.Throws<InputException>(() => AudioFile.Read(cases["codings/video-without-sound.mp4"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Folders_give_every_recording_once()
    {
        Assert.Equal(
            11,
            CommandLine
                .Invoke("predict", cases["folder-formats"], "--format", "csv")
                .Output.Split('\n')
                .Count(l => l.StartsWith(cases["folder-formats"], StringComparison.Ordinal))
        );
        Assert.Equal(48, Ravdess.Read(cases["ravdess-kaggle"]).Utterances.Count);
        Assert.Single(EmoDb.Read(cases["symlink-loop"]).Utterances);
        foreach (var folder in new[] { "emodb-upper-extension", "emodb-upper", "emodb-lower" })
            Assert.Equal(4, EmoDb.Read(cases[folder]).Utterances.Count);
    }

    [Theory]
    [InlineData("annotations/decimal-comma.csv", 1, 1.25)]
    [InlineData("annotations/semicolons.csv", 1, 2)]
    [InlineData("annotations/blank-last-row.csv", 1, 2)]
    [InlineData("annotations/same-start.csv", 2, 2.06)]
    [InlineData("textgrids/negative-start/call.TextGrid", 2, 2.06)]
    [InlineData("textgrids/decimal-comma/call.TextGrid", 3, 2.06)]
    [InlineData("textgrids/words-tier-too/call.TextGrid", 3, 2.06)]
    [InlineData("textgrids/other-recording-beside/call.TextGrid", 3, 2.06)]
    public void Annotations_are_cut_as_they_were_meant(string file, int clips, double firstSeconds)
    {
        var directory = Environment.CurrentDirectory;
        var manifest = AnnotationImporter.Cut(cases[file], _folder["clips"]);
        Assert.Equal(directory, Environment.CurrentDirectory);
        Assert.Equal(clips, manifest.Utterances.Select(u => u.Path).Distinct().Count());
        Assert.Empty(manifest.Problems);
        Assert.Equal(firstSeconds, AudioFile.Read(manifest.Utterances[0].Path).Seconds, 2);
    }

    [Fact]
    public void Neither_inputs_nor_files_of_others_are_replaced()
    {
        string[] kept =
        [
            cases["beside/call.TextGrid"],
            cases["beside/call.vtt"],
            cases["out-is-input/in.wav"],
            cases["out-is-input/m.csv"],
        ];
        var before = kept.Select(Sha256Hash.OfFile).ToArray();
        Assert.Equal(3, CommandLine.Invoke("predict", cases["beside/call.wav"], "--format", "textgrid").Code);
        Assert.Equal(3, CommandLine.Invoke("predict", cases["beside/call.wav"], "--format", "webvtt").Code);
        Assert.Equal(3, CommandLine.Invoke("predict", kept[2], "--format", "csv", "--out", kept[2]).Code);
        Assert.Equal(3, CommandLine.Invoke("features", kept[3], "--set", "prosody", "--out", kept[3]).Code);
        Assert.Equal(before, kept.Select(Sha256Hash.OfFile));
    }

    [Fact]
    public void Retrained_weights_in_another_file_give_other_features()
    {
        using var home = new TemporaryFolder();
        byte[] Features(string name)
        {
            Assert.Equal(
                0,
                CommandLine
                    .InvokeAt(
                        home.Path,
                        "features",
                        cases["onnx/two.csv"],
                        "--encoder",
                        $"onnx:{cases["onnx/encoder.onnx"]}",
                        "--out",
                        _folder[name]
                    )
                    .Code
            );
            return File.ReadAllBytes(_folder[name]);
        }
        var before = Features("before.npy");
        File.Copy(cases["onnx/retrained.data"], cases["onnx/encoder.onnx.data"], overwrite: true);
        Assert.NotEqual(before, Features("after.npy"));
    }

    [Fact]
    public void Silent_recordings_are_named_and_left_out()
    {
        var run = CommandLine.Invoke(
            "evaluate",
            cases["manifests/silent-recordings.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--model",
            "prosody",
            "--out",
            _folder["run"]
        );
        Assert.Equal(3, run.Code);
        Assert.Contains("silent.wav: holds no sound", run.Errors, StringComparison.Ordinal);
        Assert.Contains("opposite.wav: its channels cancel each other out", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The generator's inputs, made once.</summary>
    public sealed class Generated : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly string? _missing;

        public Generated()
        {
            var (generator, source) = (
                Path.Combine(TestData.CorporaFolder, "..", "cases", "generate.py"),
                Path.Combine(TestData.CorporaFolder, "emodb4", "wav", "03a01Wa.wav")
            );
            if (!File.Exists(generator) || !File.Exists(source))
                _missing = $"no {generator}";
            else
                try
                {
                    using var process = Process.Start(
                        new ProcessStartInfo("python3", [generator, source, _folder["cases"]])
                        {
                            RedirectStandardOutput = true,
                            RedirectStandardError = true,
                        }
                    )!;
                    var errors = process.StandardError.ReadToEndAsync();
                    _ = process.StandardOutput.ReadToEnd();
                    process.WaitForExit();
                    if (process.ExitCode != 0)
                        _missing =
                            $"the generator failed: {errors.Result.Split('\n').LastOrDefault(l => l.Length > 0)}";
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    _missing = "no python3";
                }
        }

        public string this[string name]
        {
            get
            {
                Assert.SkipWhen(_missing is not null, _missing ?? "");
                return Path.Combine(_folder["cases"], name);
            }
        }

        public void Dispose() => _folder.Dispose();
    }
}

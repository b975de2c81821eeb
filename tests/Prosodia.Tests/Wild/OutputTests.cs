using System.Collections.Concurrent;
using System.Diagnostics;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Tests.Cli;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>
/// What may be written where: never an input, never a file of others unless forced, never a device, pipe or link
/// replaced.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Hundred_ways_to_name_an_input_as_output_change_none()
    {
        var inputs = Inputs();
        var before = inputs.ToDictionary(f => f, Sha256Hash.OfFile);
        string[] recordings = ["in/a.wav", "in/b.wav"],
            models = ["in/model.onnx", "in/model.json"];
        var commands = new List<string[]>();
        foreach (var file in (string[])[.. recordings, .. models])
        foreach (var format in new[] { "csv", "json", "jsonl", "emotionml", "table" })
            commands.Add([
                "predict",
                _folder["in/a.wav"],
                _folder["in/b.wav"],
                "--model",
                _folder["in/model.onnx"],
                "--format",
                format,
                "--out",
                _folder[file],
            ]);
        commands.Add(["predict", _folder["in/m.csv"], "--format", "csv", "--out", _folder["in/m.csv"]]);
        commands.Add(["predict", _folder["in/m.tsv"], "--format", "csv", "--out", _folder["in/m.tsv"]]);
        commands.Add(["predict", _folder["in/a.wav"], "--format", "textgrid", "--out", _folder["in/a.wav"]]);
        commands.Add(["predict", _folder["in/link.wav"], "--format", "csv", "--out", _folder["in/a.wav"]]);
        commands.Add(["predict", _folder["in/a.wav"], "--format", "csv", "--out", _folder["in/link.wav"]]);
        commands.Add(["predict", _folder["in/a.wav"], "--format", "csv", "--out", _folder["in/../in/./a.wav"]]);
        commands.Add(["predict", _folder["in"], "--format", "csv", "--out", _folder["in/b.wav"]]);
        commands.Add(["predict", _folder["in/*.wav"], "--format", "csv", "--out", _folder["in/b.wav"]]);
        foreach (var file in recordings.Append("in/m.csv").Append("in/sums"))
            commands.Add([
                "import",
                "csv",
                _folder["in/m.csv"],
                "--out",
                _folder[file],
                "--verify",
                _folder["in/sums"],
            ]);
        foreach (var file in new[] { "in/a.csv", "in/a.wav" })
            commands.Add(["import", "annotations", _folder["in/a.csv"], "--out", _folder[file]]);
        foreach (var file in recordings.Append("in/m.tsv"))
            commands.Add(["import", "csv", _folder["in/m.tsv"], "--out", _folder[file]]);
        commands.Add(["import", "emodb", _folder["emodb"], "--out", _folder["emodb/03a01Fa.wav"]]);
        commands.Add(["import", "annotations", _folder["in/a.TextGrid"], "--out", _folder["in/a.TextGrid"]]);
        commands.Add(["features", _folder["in/m.csv"], "--set", "prosody", "--out", _folder["in/m.csv"]]);
        commands.Add(["features", _folder["in/m.features.csv"], "--set", "prosody", "--out", _folder["in/m.arff"]]);
        commands.Add([
            "train",
            _folder["in/m.csv"],
            _folder["in/a.csv"],
            "--labels",
            _folder["in/model.json"],
            "--out",
            _folder["in/model.onnx"],
        ]);
        commands.Add(["merge", _folder["in/p1.csv"], _folder["in/p2.csv"], "--out", _folder["in/p1.csv"]]);
        commands.Add(["merge", _folder["in/p1.csv"], _folder["in/p2.csv"], "--out", _folder["in/p2.csv.shard.json"]]);
        foreach (var verb in new[] { "evaluate", "tune", "ablate", "reproduce" })
            commands.Add([
                verb,
                _folder["in/m.csv"],
                .. verb == "reproduce"
                    ? new[] { "--folds", _folder["in/folds.csv"] }
                    : ["--protocol", $"folds:{_folder["in/folds.csv"]}"],
                "--out",
                _folder["in"],
                "--epochs",
                "1",
            ]);
        commands.Add(["inspect", _folder["in/a.wav"], "--out", _folder["in/a.wav"]]);
        commands.Add(["sweep", _folder["in/sweep.json"], "--out", _folder["in/sweep.json"]]);
        commands.Add(["demo", "--out", _folder["in/m.csv"]]);
        string[][] all =
        [
            .. commands,
            .. commands.Where(c => c[0] is not ("tune" or "ablate")).Select(c => c.Append("--force").ToArray()),
        ];
        Assert.InRange(all.Length, 100, 150);

        var faults = new ConcurrentBag<string>();
        Parallel.ForEach(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            command =>
            {
                var run = CommandLine.Invoke(command);
                if (run.Code is 1 or 134 or 139)
                    faults.Add($"{string.Join(' ', command)}: {run.Code} {run.Errors}");
            }
        );
        Assert.Empty(faults);
        Assert.All(before, f => Assert.Equal(f.Value, Sha256Hash.OfFile(f.Key)));
        if (!OperatingSystem.IsWindows())
            Assert.NotNull(new FileInfo(_folder["in/link.wav"]).LinkTarget);
    }

    [Fact]
    public void A_run_killed_as_soon_as_its_output_is_there_can_be_repeated()
    {
        var (file, list) = (_folder["table.csv"], new WrittenFiles(_folder["written"]));
        using (var killed = OutputGuard.Start(force: false, list))
            AtomicFile.Write(file, stream => stream.WriteByte(1), temporary => killed.Writes(file, temporary));
        using (OutputGuard.Start(force: false, list))
        {
            OutputGuard.Claim(file);
            OutputFile.Write(file, "again");
        }
        File.WriteAllText(file, "changed");
        using (OutputGuard.Start(force: false, list))
            Assert.Throws<InputException>(() => OutputGuard.Claim(file));
    }

    [Fact]
    public void Files_of_others_are_replaced_only_when_forced()
    {
        WavWriter.Write(_folder["call.wav"], SyntheticCorpus.Speak(1).First());
        File.WriteAllText(_folder["call.TextGrid"], "by hand");
        File.WriteAllText(_folder["call.html"], "by hand");
        File.WriteAllText(_folder["out.csv"], "by hand");
        using var home = new TemporaryFolder();
        foreach (
            var (file, command) in new (string, string[])[]
            {
                ("call.TextGrid", ["predict", _folder["call.wav"], "--format", "textgrid"]),
                ("call.html", ["predict", _folder["call.wav"], "--pictures", _folder.Path]),
                ("out.csv", ["predict", _folder["call.wav"], "--format", "csv", "--out", _folder["out.csv"]]),
            }
        )
        {
            var refused = CommandLine.InvokeAt(home.Path, command);
            Assert.Equal(3, refused.Code);
            Assert.Contains(_folder[file], refused.Errors, StringComparison.Ordinal);
            Assert.Contains("--force", refused.Errors, StringComparison.Ordinal);
            Assert.Equal("by hand", File.ReadAllText(_folder[file]));
            Assert.Equal(0, CommandLine.InvokeAt(home.Path, [.. command, "--force"]).Code);
            Assert.NotEqual("by hand", File.ReadAllText(_folder[file]));
            Assert.Equal(0, CommandLine.InvokeAt(home.Path, command).Code); // its own, unchanged
            File.AppendAllText(_folder[file], "corrected");
            Assert.Equal(3, CommandLine.InvokeAt(home.Path, command).Code);
            Assert.EndsWith("corrected", File.ReadAllText(_folder[file]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Recordings_that_differ_only_in_their_ending_get_an_output_each()
    {
        WavWriter.Write(_folder["call.wav"], SyntheticCorpus.Speak(1).First());
        WavWriter.Write(_folder["call.wave"], SyntheticCorpus.Speak(2).First());
        Assert.Equal(
            0,
            CommandLine.Invoke("predict", _folder["call.wav"], _folder["call.wave"], "--format", "webvtt").Code
        );
        Assert.Equal(
            ["call.wav", "call.wav.vtt", "call.wave", "call.wave.vtt"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Devices_pipes_links_and_empty_files_are_written_into()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has none of these");
        File.WriteAllText(_folder["target.txt"], "");
        File.CreateSymbolicLink(_folder["link.txt"], _folder["target.txt"]);
        AtomicFile.Write(_folder["link.txt"], "through");
        AtomicFile.Write(_folder["link.txt"], "twice");
        Assert.Equal("twice", File.ReadAllText(_folder["target.txt"]));
        Assert.NotNull(new FileInfo(_folder["link.txt"]).LinkTarget);

        File.CreateSymbolicLink(_folder["new-link"], _folder["folder/new"]);
        AtomicFile.Write(_folder["new-link"], "made");
        Assert.Equal("made", File.ReadAllText(_folder["folder/new"]));
        Assert.NotNull(new FileInfo(_folder["new-link"]).LinkTarget);

        AtomicFile.Write("/dev/null", "gone");
        Assert.True(File.Exists("/dev/null"));
        Assert.Equal(0, new FileInfo("/dev/null").Length);

        Run("mkfifo", _folder["pipe"]);
        var reading = Task.Run(() => File.ReadAllText(_folder["pipe"]), TestContext.Current.CancellationToken);
        AtomicFile.Write(_folder["pipe"], "flows");
        Assert.Equal("flows", await reading);
        Assert.Equal(0, new FileInfo(_folder["pipe"]).Length);

        File.CreateSymbolicLink(_folder["one"], _folder["two"]);
        File.CreateSymbolicLink(_folder["two"], _folder["one"]);
        Assert.Contains(
            "loop",
            Assert.Throws<InputException>(() => AtomicFile.Write(_folder["one"], "x")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is a folder",
            Assert.Throws<InputException>(() => AtomicFile.Write(_folder["folder"], "x")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    [InlineData("/dev/fd/1")]
    public void Standard_output_has_names(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux's names");
        WavWriter.Write(_folder["a.wav"], SyntheticCorpus.Speak(1).First());
        var run = CommandLine.Invoke("predict", _folder["a.wav"], "--format", "csv", "--out", name);
        Assert.Equal(0, run.Code);
        Assert.StartsWith("path,channel", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict \"$0/a.wav\" --format csv --out /dev/stdout >> \"$0/kept\"", "KEEP\npath,channel")]
    [InlineData("predict \"$0/a.wav\" --format csv --out /dev/stdout > \"$0/kept\"", "path,channel")]
    [InlineData("import csv \"$0/m.csv\" --out /dev/stdout > \"$0/kept\"", "path,speaker")]
    [InlineData("import csv <(cat \"$0/m.csv\") --out /dev/stdout | cat > \"$0/kept\"", "path,speaker")]
    public async Task What_the_shell_opened_is_appended_to_and_nothing_else_is_mixed_in(
        string command,
        string beginning
    )
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "Linux's names");
        WavWriter.Write(_folder["a.wav"], SyntheticCorpus.Speak(1).First());
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\na.wav,x,sad\n");
        File.WriteAllText(_folder["kept"], "KEEP\n");
        await ShellAsync(command);
        var text = File.ReadAllText(_folder["kept"]);
        Assert.StartsWith(beginning, text, StringComparison.Ordinal);
        Assert.DoesNotContain("recordings", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict - --format csv --out \"$0/a.wav\" --force < \"$0/a.wav\"")]
    [InlineData("predict /dev/stdin --format csv --out \"$0/a.wav\" --force < \"$0/a.wav\"")]
    [InlineData("predict \"$0/a.wav\" --format csv --out /dev/stdout >> \"$0/a.wav\"")]
    public async Task A_recording_that_the_shell_opened_is_an_input_too(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "Linux's names");
        WavWriter.Write(_folder["a.wav"], SyntheticCorpus.Speak(1).First());
        var before = Sha256Hash.OfFile(_folder["a.wav"]);
        Assert.Equal(3, await ShellAsync(command));
        Assert.Equal(before, Sha256Hash.OfFile(_folder["a.wav"]));
    }

    [Fact]
    public void A_replaced_file_keeps_who_may_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other rights there");
        AtomicFile.Write(_folder["a"], "one");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(_folder["a"], "two");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["a"]));
    }

    [Fact]
    public void Folders_of_others_lose_nothing()
    {
        foreach (var file in new[] { "run/measured/mine.txt", "run/folds/mine.csv", "out.csv.measured/mine.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], "by hand");
        }
        var manifest = SyntheticCorpus.Write(_folder["wav"], 1);
        (
            manifest with
            {
                Utterances = [.. manifest.Utterances.Where(u => u.Path.EndsWith("-1.wav", StringComparison.Ordinal))],
            }
        ).Write(_folder["m.csv"]);
        Assert.Equal(
            0,
            CommandLine.Invoke("features", _folder["m.csv"], "--set", "prosody", "--out", _folder["out.csv"]).Code
        );
        string[] evaluate =
        [
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "speaker-independent",
            "--model",
            "prosody",
            "--out",
            _folder["run"],
        ];
        Assert.Equal(0, CommandLine.Invoke(evaluate).Code);
        // with another home: the folder knows its own files
        Assert.Equal(0, CommandLine.Invoke([.. evaluate, "--restart"]).Code);
        Assert.All(
            ["run/measured/mine.txt", "run/folds/mine.csv", "out.csv.measured/mine.txt"],
            f => Assert.Equal("by hand", File.ReadAllText(_folder[f]))
        );
        Assert.Equal(
            ["mine.txt"],
            Directory.GetFileSystemEntries(_folder["out.csv.measured"]).Select(Path.GetFileName)
        );
        File.WriteAllText(_folder["run/report.html"], "by hand");
        Assert.Equal(3, CommandLine.Invoke([.. evaluate, "--restart"]).Code);
        Assert.Equal("by hand", File.ReadAllText(_folder["run/report.html"]));
    }

    [Fact]
    public void The_list_of_written_files_is_bounded_and_shared()
    {
        var list = new WrittenFiles(_folder["written"]);
        byte[] Content(int i) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i));
        Parallel.For(0, 500, i => new WrittenFiles(_folder["written"]).Add(Content(i)));
        Assert.All(Enumerable.Range(0, 500), i => Assert.True(list.Contains(Content(i))));
        Assert.False(list.Contains(Content(501)));
        File.WriteAllBytes(_folder["written"], new byte[16_000_000]);
        list.Add(Content(7));
        Assert.True(list.Contains(Content(7)));
        Assert.InRange(new FileInfo(_folder["written"]).Length, 1_000_000, 9_000_000);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Inputs()
    {
        Directory.CreateDirectory(_folder["in"]);
        Directory.CreateDirectory(_folder["emodb"]);
        float[][] speech = [.. SyntheticCorpus.Speak(1).Take(2)];
        WavWriter.Write(_folder["in/a.wav"], speech[0]);
        WavWriter.Write(_folder["in/b.wav"], speech[1]);
        WavWriter.Write(_folder["emodb/03a01Fa.wav"], speech[0]);
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(_folder["in/link.wav"], _folder["in/a.wav"]);
        using (var model = EmotionModel.OpenDefault())
        {
            File.WriteAllText(_folder["in/model.json"], model.Card.ToJson());
            File.Copy(
                Path.Combine(TestData.Repository, "src", "Prosodia", "Recognition", "Bundled", "prosodia.onnx"),
                _folder["in/model.onnx"]
            );
        }
        var manifest = "path,speaker,sex,emotion\na.wav,x,,sad\nb.wav,y,,angry\n";
        File.WriteAllText(_folder["in/m.csv"], manifest);
        File.WriteAllText(_folder["in/m.features.csv"], manifest);
        File.WriteAllText(_folder["in/m.tsv"], manifest.Replace(',', '\t'));
        File.WriteAllText(
            _folder["in/a.csv"],
            $"path,channel,start_s,end_s,speaker,answer,emotion\n{_folder["in/a.wav"]},0,0,1,x,sad,sad\n"
        );
        File.WriteAllText(
            _folder["in/a.TextGrid"],
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n0 2 <exists> 1 \"IntervalTier\" "
                + "\"emotion\" 0 2 1 0 1 \"sad\"\n"
        );
        File.WriteAllText(_folder["in/folds.csv"], "fold,speaker\n1,x\n2,y\n");
        File.WriteAllText(_folder["in/labels.csv"], "emotion,label\nsad,sad\n");
        File.WriteAllText(_folder["in/sums"], $"{Sha256Hash.OfFile(_folder["in/a.wav"])}  a.wav\n");
        File.WriteAllText(
            _folder["in/sweep.json"],
            "{\"corpora\": [\"m.csv\"], \"protocols\": [\"leave-one-speaker-out\"]}"
        );
        foreach (var part in new[] { 1, 2 })
            Assert.Equal(
                0,
                CommandLine
                    .Invoke(
                        "predict",
                        _folder["in/a.wav"],
                        _folder["in/b.wav"],
                        "--format",
                        "csv",
                        "--shard",
                        $"{part}/2",
                        "--out",
                        _folder[$"in/p{part}.csv"]
                    )
                    .Code
            );
        return [.. Directory.GetFiles(_folder["in"]), .. Directory.GetFiles(_folder["emodb"])];
    }

    /// <summary>Runs the program as a shell does, with $0 as the test's folder; gives its exit code.</summary>
    private async Task<int> ShellAsync(string command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Prosodia.Training.Cli.dll");
        var start = new ProcessStartInfo(
            "/bin/bash",
            ["-o", "pipefail", "-c", $"dotnet '{program}' {command}", _folder.Path]
        )
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PROSODIA_HOME"] = _folder["home"];
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        _ = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

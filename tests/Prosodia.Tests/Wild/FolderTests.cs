using System.Diagnostics;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Tests.Cli;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>
/// Folders as they come: copied twice, linked in circles, in capitals, of any format, partly unreadable.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class FolderTests : IDisposable
{
    private static readonly float[][] Speech = [.. SyntheticCorpus.Speak(1).Take(3)];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_recording_that_is_there_twice_is_read_once()
    {
        foreach (var (i, name) in new[] { "03-01-05-01-01-01-01.wav", "03-01-04-01-01-01-02.wav" }.Index())
        foreach (var where in new[] { $"Actor_0{i + 1}", $"audio_speech_actors_01-24/Actor_0{i + 1}" })
            WavWriter.Write(_folder[$"{where}/{name}"], Speech[i]);
        var manifest = Ravdess.Read(_folder.Path);
        Assert.Equal(["angry", "sad"], manifest.Utterances.Select(u => u.Emotion));
        Assert.Empty(manifest.Problems);
        Assert.Contains("2 files are copies", Assert.Single(manifest.Warnings), StringComparison.Ordinal);

        WavWriter.Write(_folder["resampled/03-01-05-01-01-01-01.wav"], Speech[2]);
        manifest = Ravdess.Read(_folder.Path);
        Assert.Equal(2, manifest.Utterances.Count);
        Assert.Contains("other content", Assert.Single(manifest.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("03a01Fa.wav", "03A01FA.WAV")]
    [InlineData("03a01Fa.WAV", "03b10Wc.Wav")]
    [InlineData("03a01fa.wav", "16b10tD.flac")]
    public void Case_and_ending_of_names_do_not_matter(params string[] names)
    {
        foreach (var (i, name) in names.Index())
            WavWriter.Write(_folder[$"{i}/{name}"], Speech[i]);
        var manifest = EmoDb.Read(_folder.Path);
        Assert.Equal(names.Select(n => n[..6].ToUpperInvariant()).Distinct().Count(), manifest.Utterances.Count);
        Assert.Equal("happy", manifest.Utterances[0].Emotion);
        Assert.All(manifest.Utterances, u => Assert.True(EmoDb.Parse(u.Path) is not null));
    }

    [Fact]
    public void Iemocap_is_read_whatever_the_case_of_its_names()
    {
        Directory.CreateDirectory(_folder["session1/DIALOG/emoevaluation"]);
        File.WriteAllText(
            _folder["session1/DIALOG/emoevaluation/ses01F_impro01.TXT"],
            "[0.5 - 1.5]\tSes01F_impro01_F000\tang\t[2.5, 2.5, 2.5]\r\n"
        );
        WavWriter.Write(_folder["session1/Sentences/WAV/ses01F_impro01/SES01F_IMPRO01_F000.WAV"], Speech[0]);
        Assert.Equal("angry", Assert.Single(Iemocap.Read(_folder.Path).Utterances).Emotion);
    }

    [Theory]
    [InlineData("sad", 1)]
    [InlineData("xxx", 1)]
    [InlineData("ang", 0)]
    public void Two_labels_of_one_utterance_of_Iemocap_are_pointed_out(string other, int problems)
    {
        static string Line(string emotion) =>
            $"[6.2901 - 8.2357]\tSes01F_impro01_F000\t{emotion}\t[2.5000, 2.5000, 2.5000]\n";
        foreach (var (session, emotion) in new[] { ("Session1", "ang"), ("copy/Session1", other) })
        {
            WavWriter.Write(_folder[$"{session}/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav"], Speech[0]);
            Directory.CreateDirectory(_folder[$"{session}/dialog/EmoEvaluation"]);
            File.WriteAllText(_folder[$"{session}/dialog/EmoEvaluation/Ses01F_impro01.txt"], Line(emotion));
        }
        var manifest = Iemocap.Read(_folder.Path);
        Assert.Equal("angry", Assert.Single(manifest.Utterances).Emotion);
        Assert.Equal(problems, manifest.Problems.Count);
        Assert.All(manifest.Problems, p => Assert.Contains($"'{other}'", p.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_in_circles_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        WavWriter.Write(_folder["a/03a01Fa.wav"], Speech[0]);
        Directory.CreateSymbolicLink(_folder["a/up"], "..");
        Directory.CreateSymbolicLink(_folder["a/self"], ".");
        Directory.CreateDirectory(_folder["b"]);
        Directory.CreateSymbolicLink(_folder["b/other"], _folder["a"]);
        File.CreateSymbolicLink(_folder["b/gone.wav"], _folder["nowhere.wav"]);
        Assert.Single(EmoDb.Read(_folder["a"]).Utterances);
        var problems = new List<InputException>();
        // the recording, and the link to nothing, which is reported when it is read
        Assert.Equal(2, FolderTree.Files(_folder.Path, problems).Count);
        Assert.Empty(problems);
        var run = CommandLine.Invoke("predict", _folder.Path, "--format", "csv");
        Assert.Equal(3, run.Code);
        Assert.Equal(2, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("gone.wav: does not exist", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_of_any_ending_are_taken_and_other_files_are_not()
    {
        string[] taken =
        [
            "a.wav",
            "B.WAV",
            "c.w64",
            "d.caf",
            "e.m4b",
            "f.weba",
            "g.spx",
            "h.tta",
            "i.ts",
            "without-ending",
            "named.dat",
        ];
        foreach (var name in taken)
            WavWriter.Write(_folder[name], Speech[0]);
        foreach (
            var (name, text) in new[]
            {
                ("notes.txt", "text"),
                ("m.csv", "path\n"),
                ("look.html", "<html>"),
                ("empty", ""),
            }
        )
            File.WriteAllText(_folder[name], text);
        WavWriter.Write(_folder[".hidden.wav"], Speech[0]);
        File.WriteAllText(_folder["empty.wav"], "");
        var run = CommandLine.Invoke("predict", _folder.Path, "--format", "csv");
        Assert.Equal(3, run.Code);
        Assert.Equal(
            taken.Order(StringComparer.Ordinal),
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(l => Path.GetFileName(l.Split(',')[0]))
                .Order(StringComparer.Ordinal)
        );
        Assert.Contains("empty.wav: is empty", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_named_and_the_rest_is_processed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may read everything");
        WavWriter.Write(_folder["a.wav"], Speech[0]);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder["locked"], UnixFileMode.None);
        var run = CommandLine.Invoke("predict", _folder.Path, "--format", "csv");
        Assert.Equal(3, run.Code);
        Assert.Contains("a.wav", run.Output, StringComparison.Ordinal);
        Assert.Contains("locked: may not be read", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_launcher_works_through_links()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "is a shell script");
        Directory.CreateDirectory(_folder["bin"]);
        File.CreateSymbolicLink(_folder["bin/pro"], Path.Combine(TestData.Repository, "prosodia"));
        File.CreateSymbolicLink(_folder["second"], "bin/pro");
        using var process = Process.Start(
            new ProcessStartInfo(_folder["second"], ["--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder["bin"],
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains(
            "0.",
            await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        Assert.Equal(["pro"], Directory.GetFileSystemEntries(_folder["bin"]).Select(Path.GetFileName));
    }

    public void Dispose() => _folder.Dispose();
}

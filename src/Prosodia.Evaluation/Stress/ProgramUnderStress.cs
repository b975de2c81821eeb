using System.Diagnostics;
using System.Globalization;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// Someone else's program: a command that is called with a list of WAV files, one a line, and the CSV file that it is
/// to write, with the columns <c>file</c> and <c>emotion</c> and, where the model has probabilities, one a class.
/// </summary>
/// <param name="command">The command, as a shell takes it; both paths follow it.</param>
/// <param name="emotions">The emotions that it knows; null where its answers say so.</param>
internal sealed class ProgramUnderStress(string command, IReadOnlyList<string>? emotions) : IStressedModel
{
    private const int MessageLines = 5;

    /// <inheritdoc/>
    public string Name => command;

    /// <inheritdoc/>
    public string Identity => string.Join('\n', [command, .. emotions ?? [], .. FilesOf(command)]);

    /// <inheritdoc/>
    public IReadOnlyList<string>? Emotions => emotions;

    /// <inheritdoc/>
    public bool StartsSlowly => true;

    /// <inheritdoc/>
    public IReadOnlyList<StressAnswer> Answer(IReadOnlyList<Recording> recordings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        var folder = Directory.CreateTempSubdirectory("prosodia-stress-").FullName;
        try
        {
            string[] files = [.. recordings.Select((_, i) => Path.Combine(folder, $"{i}.wav"))];
            foreach (var (file, recording) in files.Zip(recordings))
                WavWriter.WriteTemporary(file, recording.Samples);
            string list = Path.Combine(folder, "list.txt"),
                answers = Path.Combine(folder, "answers.csv");
            File.WriteAllLines(list, files);
            Run(list, answers, cancellationToken);
            return Read(answers, files);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private double? Probability(string text, string place) =>
        text.Length == 0 ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var p) && p is >= 0 and <= 1 ? p
        : throw new InputException(
            command,
            $"gives '{text}' as the probability of an answer ({Path.GetFileName(place)})",
            "Write numbers from 0 to 1, or leave the columns out"
        );

    /// <summary>
    /// The files that a command names, with their length and time: a program that was changed is
    /// another.
    /// </summary>
    private static IEnumerable<string> FilesOf(string command) =>
        command
            .Split([' ', '\'', '"', ';', '='], StringSplitOptions.RemoveEmptyEntries)
            .Where(File.Exists)
            .Select(f => $"{f} {new FileInfo(f).Length} {File.GetLastWriteTimeUtc(f).Ticks}");

    private void Run(string list, string answers, CancellationToken cancellationToken)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", $"/d /s /c \"{command} \"{list}\" \"{answers}\"\"")
            : new ProcessStartInfo("/bin/sh", ["-c", command + " \"$@\"", "sh", list, answers]);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode == 0 && File.Exists(answers))
            return;
        var said = string.Join(
            " / ",
            (errors.Result + output.Result)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .TakeLast(MessageLines)
        );
        throw new InputException(
            command,
            (process.ExitCode == 0 ? "wrote no answers" : $"ended with exit code {process.ExitCode}")
                + (said.Length > 0 ? $": {said.TrimEnd('.')}" : ""),
            "It is called with two arguments, a list of WAV files and the CSV file (file,emotion) that it is to write"
        );
    }

    private StressAnswer[] Read(string answers, string[] files)
    {
        using var table = UserTable.Open(answers, ["file", "emotion"]);
        string[] classes = [.. table.Columns.Where(c => c is not ("file" or "emotion"))];
        var byFile = new Dictionary<string, StressAnswer>();
        foreach (var row in table.Rows())
        {
            var emotion = EmotionLabels.Adjective(row["emotion"]);
            var probability = classes.FirstOrDefault(c => EmotionLabels.Adjective(c) == emotion) is { } of
                ? row[of]
                : "";
            byFile[Path.GetFileName(row["file"])] = new StressAnswer(
                EmotionLabels.IsNone(emotion) ? "" : emotion,
                IsSure: !EmotionLabels.IsNone(emotion),
                Probability(probability, row.Place)
            );
        }
        return
        [
            .. files.Select(f =>
                byFile.TryGetValue(Path.GetFileName(f), out var answer)
                    ? answer
                    : throw new InputException(
                        command,
                        $"gives no answer for {Path.GetFileName(f)}",
                        "It must write a row for each file of its list"
                    )
            ),
        ];
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Prosodia.Training.Cli.Bench;

/// <summary>The same pipeline in Python, run on the same files.</summary>
/// <param name="script">The program, which prints one JSON object.</param>
/// <param name="corpus">The folder of recordings.</param>
/// <param name="limit">How many of them, in alphabetical order.</param>
internal sealed class Peer(string script, string corpus, int limit)
{
    // a distribution's packages belong to its own
    private static readonly string[] Interpreters = ["/usr/bin/python3", "python3", "python"];

    /// <summary>Runs it once; gives its rates by stage.</summary>
    /// <exception cref="InputException">It cannot be run; the message says what it printed.</exception>
    public Dictionary<Stage, double> Run()
    {
        var start = new ProcessStartInfo(
            Interpreters.First(i => File.Exists(i) || !Path.IsPathRooted(i)),
            [
                script,
                corpus,
                "--limit",
                limit.ToString(CultureInfo.InvariantCulture),
                "--threads",
                Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("GLIBC_TUNABLES"); // ours, not the peer's
        using var process = Process.Start(start) ?? throw Failure("could not be started");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw Failure(errors.Result.Trim().Split('\n')[^1]);
        using var json = JsonDocument.Parse(output);
        double Of(string name) => json.RootElement.GetProperty(name).GetDouble();
        return new()
        {
            [Stage.Read] = Of("audio_s") / Of("read_s"),
            [Stage.Select] = Of("audio_s") / (Of("select_s") + Of("spectrogram_s")),
            [Stage.EncodeOne] = Of("cnn_one_by_one_segments_per_s"),
            [Stage.Encode] = Of("cnn_batched_segments_per_s"),
            [Stage.Train] = Of("bilstm_utterance_epochs_per_s"),
            [Stage.Whole] = Of("end_to_end_utterances_per_s_without_training"),
        };
    }

    private InputException Failure(string found) =>
        new(
            script,
            $"failed: {found}",
            "It needs Python with torch, torchvision and scipy (Debian: python3-torch python3-torchvision "
                + "python3-scipy)"
        );
}

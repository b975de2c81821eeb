using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Audio.Wav;

namespace Prosodia.Evaluation.Degradations;

/// <summary>
/// Speech that was coded and decoded again by ffmpeg: many recordings in one pass, with silence between them.
/// </summary>
/// <param name="Encoder">ffmpeg's name of the encoder.</param>
/// <param name="Extension">The ending of a file that holds it.</param>
/// <param name="Arguments">Rate and bit rate.</param>
internal sealed record FfmpegCodec(string Encoder, string Extension, params string[] Arguments)
{
    private const int Gap = Recording.SampleRate / 2; // samples of silence
    private static readonly Lazy<string> Encoders = new(() => Run("-encoders"));

    /// <summary>Whether the ffmpeg on the path has the encoder.</summary>
    public bool IsThere =>
        Encoders
            .Value.Split('\n')
            .Any(line =>
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..] && name == Encoder
            );

    /// <summary>Codes and decodes recordings.</summary>
    /// <exception cref="InputException">ffmpeg failed.</exception>
    public IReadOnlyList<Recording> Code(IReadOnlyList<Recording> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        var folder = Directory.CreateTempSubdirectory("prosodia-codec-").FullName;
        try
        {
            string plain = Path.Combine(folder, "plain.wav"),
                coded = Path.Combine(folder, "coded" + Extension),
                decoded = Path.Combine(folder, "decoded.wav");
            WavWriter.WriteTemporary(plain, [.. recordings.SelectMany(r => r.Samples.Concat(new float[Gap]))]);
            Run(["-i", plain, "-c:a", Encoder, .. Arguments, coded]);
            Run("-i", coded, "-ar", $"{Recording.SampleRate}", "-ac", "1", "-c:a", "pcm_s16le", decoded);
            var all = AudioFile.Read(decoded).Samples;
            var (parts, at) = (new List<Recording>(), 0);
            foreach (var recording in recordings)
            {
                var samples = new float[recording.Samples.Length];
                if (at < all.Length)
                    all.AsSpan(at, Math.Min(samples.Length, all.Length - at)).CopyTo(samples);
                parts.Add(recording with { Samples = samples });
                at += samples.Length + Gap;
            }
            return parts;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", ["-hide_banner", "-v", "error", "-nostdin", "-y", .. arguments])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new InputException(
                    "ffmpeg",
                    $"failed on {string.Join(' ', arguments)}: {errors.Result.Split('\n')[0].Trim().TrimEnd('.')}",
                    "Leave codecs out with --without codec"
                );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ""; // it isn't installed, so no encoder is there
        }
    }
}

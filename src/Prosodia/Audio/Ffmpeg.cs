using System.Diagnostics;

namespace Prosodia.Audio;

/// <summary>Decodes whatever the <c>ffmpeg</c> program on the path understands, as a WAV stream.</summary>
internal sealed class Ffmpeg : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _messages;
    private readonly string _path;

    private Ffmpeg(Process process, string path)
    {
        _process = process;
        _path = path;
        _messages = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The first sound track as 32-bit float WAV, rate and channels unchanged.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts decoding a file.</summary>
    /// <exception cref="InputException">There is no ffmpeg on the path.</exception>
    public static Ffmpeg Start(string path)
    {
        // No shell, no other protocol: a hostile name or play list cannot reach beyond the file.
        string[] arguments = ["-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", "file:" + path,
            "-map", "0:a:0", "-f", "wav", "-c:a", "pcm_f32le", "-"];
        try
        {
            var start = new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            return new Ffmpeg(Process.Start(start)!, path);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InputException(path, "is not a WAV file, and ffmpeg, which reads the other formats, is not on the path",
                "Install it (Debian: apt-get install ffmpeg), or give WAV files");
        }
    }

    /// <summary>The last thing that ffmpeg complained about; null when it had nothing to say. Waits for its end.</summary>
    public string? Complaint() => _messages.Result
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?.Replace("file:" + _path + ":", "", StringComparison.Ordinal).Trim().TrimEnd('.');

    /// <summary>What ffmpeg said, as an error about the file; for when it gave no usable audio.</summary>
    public InputException Failure() =>
        new(_path, $"ffmpeg cannot read it ({Complaint() ?? "no sound in it"})", "Check that it is an audio or video file");

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}

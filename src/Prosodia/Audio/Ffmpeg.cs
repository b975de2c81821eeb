using System.Diagnostics;

namespace Prosodia.Audio;

/// <summary>Decodes whatever the <c>ffmpeg</c> program on the path understands, as a WAV stream.</summary>
internal sealed class Ffmpeg : IDisposable
{
    // Containers that hold sound themselves. Play lists and the like are none of them: they would have ffmpeg open other files.
    private const string Containers = "3g2,3gp,aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,gsm,m4a,matroska,mov,mp3,mp4,mpeg,mpegts,nut,ogg,rm,sox,tak,tta,voc,w64,wav,webm,wv";
    private const int MostBytesAtOnce = 256 << 20; // that a damaged file can make it ask for

    private readonly Process _process;
    private readonly Task<string> _messages;
    private readonly string _path, _name;

    private Ffmpeg(Process process, string path, string name)
    {
        (_process, _path, _name) = (process, path, name);
        _messages = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The first sound track as 32-bit float WAV, rate and channels unchanged.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts decoding a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">There is no ffmpeg on the path.</exception>
    public static Ffmpeg Start(string path, string name)
    {
        // No shell, no other protocol or file: a hostile name or content cannot reach beyond the file.
        string[] arguments = ["-v", "error", "-nostdin", "-max_alloc", $"{MostBytesAtOnce}", "-protocol_whitelist", "file", "-format_whitelist", Containers,
            "-i", "file:" + path, "-map", "0:a:0", "-f", "wav", "-c:a", "pcm_f32le", "-"];
        try
        {
            var start = new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            return new Ffmpeg(Process.Start(start)!, path, name);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InputException(name, "is not a WAV file, and ffmpeg, which reads the other formats, is not on the path",
                "Install it (Debian: apt-get install ffmpeg), or give WAV files");
        }
    }

    /// <summary>The last thing that ffmpeg complained about; null when it had nothing to say. Waits for its end.</summary>
    public string? Complaint() => _messages.Result
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?.Replace("file:" + _path + ":", "", StringComparison.Ordinal).Trim().TrimEnd('.');

    /// <summary>What ffmpeg said, as an error about the file; for when it gave no usable audio.</summary>
    public InputException Failure() =>
        new(_name, $"ffmpeg cannot read it ({Complaint() ?? "no sound in it"})", "Check that it is an audio or video file");

    /// <summary>Ends the program early; what reads its output then comes to an end.</summary>
    public void Stop()
    {
        if (!_process.HasExited) _process.Kill();
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        Stop();
        _process.Dispose();
    }
}

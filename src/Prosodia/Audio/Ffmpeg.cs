using System.Diagnostics;

namespace Prosodia.Audio;

/// <summary>Decodes whatever the <c>ffmpeg</c> program on the path understands, as a WAV stream.</summary>
internal sealed class Ffmpeg : IDisposable
{
    // Containers that hold sound themselves. Play lists and the like are none of them: they would have ffmpeg open
    // other files.
    private const string Containers =
        "3g2,3gp,aa,aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,dtshd,eac3,flac,flv,g722,gsm,iff,ircam,"
        + "loas,m4a,matroska,mlp,mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mxf,mxf_opatom,nistsphere,nut,ogg,oma,paf,pvf,qcp,rm,"
        + "shn,sln,sol,sox,tak,truehd,tta,voc,vqf,w64,wav,webm,wsd,wv,xwma";
    private const int MaxBytesAtOnce = 256 << 20; // that a damaged file can make it ask for
    private const string FromPipe = "pipe:0";

    private readonly Process _process;
    private readonly Task<string> _messages;
    private readonly string _source,
        _name;
    private readonly string? _spooled;

    private Ffmpeg(Process process, string source, string name, string? spooled)
    {
        (_process, _source, _name, _spooled) = (process, source, name, spooled);
        _messages = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The first sound track as 32-bit float WAV, rate and channels unchanged.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts decoding a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">There is no ffmpeg on the path.</exception>
    public static Ffmpeg Start(string path, string name) => Start("file:" + path, "file", name, spooled: null);

    /// <summary>Starts decoding a stream.</summary>
    /// <param name="source">The stream; owned from here on.</param>
    /// <param name="mustSeek">Whether ffmpeg has to seek in it, so that it is saved first.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">There is no ffmpeg on the path.</exception>
    public static Ffmpeg Start(Stream source, bool mustSeek, string name)
    {
        if (mustSeek)
        {
            var spooled = Path.GetTempFileName();
            try
            {
                using (source)
                using (var file = File.Create(spooled))
                    source.CopyTo(file);
                return Start("file:" + spooled, "file", name, spooled);
            }
            catch
            {
                File.Delete(spooled);
                throw;
            }
        }
        var ffmpeg = Start(FromPipe, "pipe", name, spooled: null);
        _ = Task.Run(() => ffmpeg.Feed(source));
        return ffmpeg;
    }

    /// <summary>
    /// The last thing that ffmpeg complained about; null when it had nothing to say. Waits for its end.
    /// </summary>
    public string? Complaint() =>
        _messages
            .Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault()
            ?.Replace(_source + ":", "", StringComparison.Ordinal)
            .Trim()
            .TrimEnd('.');

    /// <summary>What ffmpeg said, as an error about the file; for when it gave no usable audio.</summary>
    public InputException Failure() =>
        _messages.Result.Contains("matches no streams", StringComparison.Ordinal)
            ? new(_name, "has no sound: there is no audio track in it", "Check that it is the right file")
        : _messages.Result.Contains("not on whitelist", StringComparison.Ordinal)
            ? new(_name, "is of a format that is not read", "Convert it, for example: ffmpeg -i FILE converted.wav")
        : new(
            _name,
            $"ffmpeg cannot read it ({Complaint() ?? "no sound in it"})",
            "Check that it is an audio or video file"
        );

    /// <summary>Ends the program early; what reads its output then comes to an end.</summary>
    public void Stop()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        Stop();
        _process.Dispose();
        if (_spooled is not null)
            File.Delete(_spooled);
    }

    private static Ffmpeg Start(string source, string protocol, string name, string? spooled)
    {
        // No shell, no other protocol or file: a hostile name or content cannot reach beyond the file.
        string[] arguments =
        [
            "-v",
            "error",
            "-nostdin",
            "-max_alloc",
            $"{MaxBytesAtOnce}",
            "-protocol_whitelist",
            protocol,
            "-format_whitelist",
            Containers,
            "-i",
            source,
            "-map",
            "0:a:0",
            "-f",
            "wav",
            "-c:a",
            "pcm_f32le",
            "-",
        ];
        try
        {
            var start = new ProcessStartInfo("ffmpeg", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = source == FromPipe,
            };
            return new Ffmpeg(Process.Start(start)!, source, name, spooled);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InputException(
                name,
                "is not plain WAV, and ffmpeg, which reads the other formats, is not on the path",
                "Install it (Debian: apt-get install ffmpeg), or give WAV files of PCM, float or G.711"
            );
        }
    }

    private void Feed(Stream source)
    {
        try
        {
            using (source)
            using (var input = _process.StandardInput.BaseStream)
                source.CopyTo(input);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // ffmpeg has ended, or what it was fed from
        }
    }
}

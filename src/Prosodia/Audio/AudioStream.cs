using System.Numerics.Tensors;
using Prosodia.Audio.Wav;

namespace Prosodia.Audio;

/// <summary>
/// Audio as it comes, at 16 kHz or the rate of its source, block by block and in constant memory: a file, or a stream
/// that has no end yet. WAV by <see cref="WavReader"/>, everything else through ffmpeg.
/// </summary>
internal sealed class AudioStream : IDisposable
{
    private const int BlockSamples = 65_536; // of all channels together
    private const double LiveSeconds = 0.1; // of a block of a stream that may be live
    internal const float SilentRange = 8f / 32768;
    private const double QuietPower = 1e-7,
        CanceledPower = 0.1; // -70 dB of full scale; 10 dB below the loudest channel

    private readonly WavReader _wav;
    private readonly Ffmpeg? _ffmpeg;
    private readonly FileStream? _file;
    private readonly string _name;
    private readonly int? _channel;
    private readonly Resampler[] _resamplers;
    private readonly List<float>[] _ready;
    private readonly float[] _interleaved,
        _mono;
    private float _lowest = float.PositiveInfinity,
        _highest = float.NegativeInfinity;
    private bool _ended,
        _canceled;

    private AudioStream(
        WavReader wav,
        string name,
        int? channel,
        bool separate,
        bool live,
        Ffmpeg? ffmpeg = null,
        FileStream? file = null,
        bool native = false
    )
    {
        (_wav, _name, _channel, _ffmpeg, _file) = (wav, name, channel, ffmpeg, file);
        var format = wav.Format;
        if (channel is { } chosen && (chosen < 1 || chosen > format.Channels))
            throw new InputException(name, $"has no channel {chosen}", $"Choose one from 1 to {format.Channels}");
        var resampler = new Resampler(format.SampleRate, native ? format.SampleRate : Recording.SampleRate);
        _resamplers =
        [
            resampler,
            .. Enumerable.Range(1, separate ? format.Channels - 1 : 0).Select(_ => new Resampler(resampler)),
        ];
        _ready = [.. _resamplers.Select(_ => new List<float>())];
        _mono = new float[Math.Max(1, live ? (int)(format.SampleRate * LiveSeconds) : BlockSamples / format.Channels)];
        _interleaved = new float[_mono.Length * format.Channels];
    }

    /// <summary>Channels that each block has: 1, or those of the source where they are kept apart.</summary>
    public int Channels => _resamplers.Length;

    /// <summary>Frames read so far, at the source's own rate.</summary>
    public long Frames { get; private set; }

    /// <summary>Audio that is longer is refused as soon as that is known, in seconds; null takes any length.</summary>
    public double? MaxSeconds { get; set; }

    /// <summary>Which share of a WAV file was read, 0 to 1; null where nothing tells how long it is.</summary>
    public double? Share => _file is { Length: > 0 } file ? (double)file.Position / file.Length : null;

    /// <summary>Frames a second of the source.</summary>
    public int SourceRate => _wav.Format.SampleRate;

    /// <summary>Whether it has no header, so that rate and channels are what the caller said.</summary>
    public bool IsRaw { get; private init; }

    /// <summary>
    /// Whether no sample so far differs from its neighbors by more than some of the last of 16 bits: digital silence.
    /// </summary>
    public bool IsSilent => _highest - _lowest <= SilentRange;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages all of them.</param>
    /// <param name="separate">Whether channels are kept apart instead.</param>
    /// <param name="name">What errors call it; null for its path.</param>
    /// <param name="native">Whether samples keep the rate of the file.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public static AudioStream Open(
        string path,
        int? channel = null,
        bool separate = false,
        string? name = null,
        bool native = false
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OutputGuard.Reads(path);
        name ??= path;
        try
        {
            var file = File.OpenRead(path);
            if (!file.CanSeek)
                return Open(file, name, channel: channel, separate: separate, native: native); // a pipe: read only once
            try
            {
                Span<byte> start = stackalloc byte[12];
                var got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
                if (got == 0)
                    throw new InputException(name, "is empty (0 bytes)", "Copy it again from its source");
                if (SoundFormat.Of(start[..got]) == StreamStart.Wav)
                {
                    file.Position = 0;
                    return new AudioStream(
                        WavReader.Open(new BufferedStream(file, 65_536), name),
                        name,
                        channel,
                        separate,
                        live: false,
                        file: file,
                        native: native
                    );
                }
            }
            catch (UnsupportedCodingException)
            {
                // ffmpeg knows more of them
            }
            catch
            {
                file.Dispose();
                throw;
            }
            file.Dispose();
            return Decoded(Ffmpeg.Start(path, name), name, channel, separate, live: false, native);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(name, e);
        }
    }

    /// <summary>
    /// Opens a stream, such as a pipe: WAV, any other format by its first bytes, or samples without a header, which are
    /// signed 16-bit integers, little-endian, channels interleaved. Blocks are short, so that live audio is recognized
    /// soon.
    /// </summary>
    /// <param name="source">The stream.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="rawRate">Frames a second where there is no header.</param>
    /// <param name="rawChannels">Channels where there is no header.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages all of them.</param>
    /// <param name="separate">Whether channels are kept apart instead.</param>
    /// <param name="leaveOpen">Whether the stream stays the caller's to dispose.</param>
    /// <param name="native">Whether samples keep the rate of the source.</param>
    /// <exception cref="InputException">It is empty, no sound, or cannot be used.</exception>
    public static AudioStream Open(
        Stream source,
        string name,
        int rawRate = Recording.SampleRate,
        int rawChannels = 1,
        int? channel = null,
        bool separate = false,
        bool leaveOpen = false,
        bool native = false
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return Recognized(source, name, rawRate, rawChannels, channel, separate, leaveOpen, native);
        }
        catch
        {
            if (!leaveOpen)
                source.Dispose();
            throw;
        }
    }

    private static AudioStream Recognized(
        Stream source,
        string name,
        int rawRate,
        int rawChannels,
        int? channel,
        bool separate,
        bool leaveOpen,
        bool native
    )
    {
        var buffer = new byte[SoundFormat.StartBytes];
        var start = buffer.AsMemory(0, source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (start.Length == 0)
            throw new InputException(name, "is empty (0 bytes)", "Check the program that should have written it");
        var whole = new PrefixedStream(start, source, leaveOpen);
        return SoundFormat.Of(start.Span) switch
        {
            StreamStart.Wav when !IsCodedOtherwise(start) => new AudioStream(
                WavReader.Open(whole, name),
                name,
                channel,
                separate,
                live: true,
                native: native
            ),
            StreamStart.Wav or StreamStart.Streamed => Decoded(
                Ffmpeg.Start(whole, mustSeek: false, name),
                name,
                channel,
                separate,
                live: true,
                native
            ),
            StreamStart.Seekable => Decoded(
                Ffmpeg.Start(whole, mustSeek: true, name),
                name,
                channel,
                separate,
                live: false,
                native
            ),
            StreamStart.NoSound => throw new InputException(
                name,
                "is no sound: it begins as text, a picture or an archive",
                "Check what it is"
            ),
            _ => new AudioStream(
                WavReader.Raw(
                    whole,
                    name,
                    new WavFormat(WavCoding.Pcm, rawChannels, rawRate, sizeof(short), BigEndian: false)
                ),
                name,
                channel,
                separate,
                live: true,
                native: native
            )
            {
                IsRaw = true,
            },
        };
    }

    /// <summary>
    /// The next samples, an array a channel, all of one length, which may be 0; null at the end.
    /// </summary>
    /// <exception cref="InputException">A sample is no number, or the file could not be read on.</exception>
    public float[][]? Read()
    {
        if (_ended)
            return null;
        try
        {
            var got = _wav.Read(_interleaved) / _wav.Format.Channels;
            if (got == 0)
                End();
            else
                for (var c = 0; c < Channels; c++)
                {
                    var block = _mono.AsSpan(0, got);
                    Mix(_interleaved.AsSpan(0, got * _wav.Format.Channels), Channels > 1 ? c + 1 : _channel, block);
                    RequireFinite(block);
                    (_lowest, _highest) = (
                        Math.Min(_lowest, TensorPrimitives.Min<float>(block)),
                        Math.Max(_highest, TensorPrimitives.Max<float>(block))
                    );
                    _resamplers[c].Write(block, _ready[c]);
                }
            Frames += got;
            if (MaxSeconds is { } longest && Frames > longest * SourceRate)
                throw new InputException(_name, $"is longer than {longest / 60:0.#} minutes", "Cut it into parts");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(_name, e);
        }
        float[][] blocks = [.. _ready.Select(r => r.ToArray())];
        foreach (var ready in _ready)
            ready.Clear();
        return blocks;
    }

    /// <summary>What was odd although the audio could be used; known at the end.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            string?[] odd =
            [
                _ffmpeg?.Complaint() is { } complaint ? $"{_name}: {complaint}" : null,
                _canceled
                    ? $"{_name}: its channels cancel each other out (opposite phase); the louder one was used"
                    : null,
                _ended && IsSilent ? $"{_name}: holds no sound, only silence" : null,
            ];
            return [.. _wav.Warnings, .. odd.OfType<string>()];
        }
    }

    /// <summary>Ends a read that waits for ffmpeg, from another thread.</summary>
    internal void Stop() => _ffmpeg?.Stop();

    /// <inheritdoc/>
    public void Dispose()
    {
        _wav.Dispose();
        _ffmpeg?.Dispose();
    }

    private static AudioStream Decoded(Ffmpeg ffmpeg, string name, int? channel, bool separate, bool live, bool native)
    {
        try
        {
            return new AudioStream(OpenDecoded(ffmpeg, name), name, channel, separate, live, ffmpeg, native: native);
        }
        catch
        {
            ffmpeg.Dispose();
            throw;
        }
    }

    /// <summary>Whether a WAV that begins so has a coding that <see cref="WavReader"/> doesn't read.</summary>
    private static bool IsCodedOtherwise(ReadOnlyMemory<byte> start)
    {
        try
        {
            using var header = WavReader.Open(new MemoryStream(start.ToArray()), "");
            return false;
        }
        catch (UnsupportedCodingException)
        {
            return true;
        }
        catch (InputException)
        {
            return false; // it goes on, or is damaged
        }
    }

    private static WavReader OpenDecoded(Ffmpeg ffmpeg, string name)
    {
        try
        {
            return WavReader.Open(ffmpeg.Output, name);
        }
        catch (InputException)
        {
            throw ffmpeg.Failure();
        }
    }

    private void End()
    {
        _ended = true;
        for (var c = 0; c < Channels; c++)
            _resamplers[c].Finish(_ready[c]);
    }

    private void Mix(ReadOnlySpan<float> interleaved, int? channel, Span<float> mono)
    {
        var channels = _wav.Format.Channels;
        for (var i = 0; i < mono.Length; i++)
            mono[i] =
                channel is { } chosen ? interleaved[i * channels + chosen - 1]
                : channels == 1 ? interleaved[i]
                : TensorPrimitives.Sum(interleaved.Slice(i * channels, channels)) / channels;
        if (channel is null && channels > 1)
            KeepFromCanceling(interleaved, channels, mono);
    }

    /// <summary>
    /// Takes the loudest channel where the average has lost nearly all of the channels' energy. First differences are
    /// compared, so that hum and offsets, which channels may have in common, don't count.
    /// </summary>
    private void KeepFromCanceling(ReadOnlySpan<float> interleaved, int channels, Span<float> mono)
    {
        Span<double> energies = stackalloc double[channels];
        var mixed = 0.0;
        for (var i = channels; i < interleaved.Length; i++)
            energies[i % channels] += Square(interleaved[i] - interleaved[i - channels]);
        for (var i = 1; i < mono.Length; i++)
            mixed += Square(mono[i] - mono[i - 1]);
        var loudest = 0;
        for (var c = 1; c < channels; c++)
            if (energies[c] > energies[loudest])
                loudest = c;
        if (
            energies[loudest] < mono.Length * QuietPower
            || mixed > energies[loudest] * Math.Min(CanceledPower, 0.4 / channels)
        )
            return; // unrelated channels keep 1 / channels
        _canceled = true;
        for (var i = 0; i < mono.Length; i++)
            mono[i] = interleaved[i * channels + loudest];

        static double Square(float x) => (double)x * x;
    }

    private void RequireFinite(ReadOnlySpan<float> block)
    {
        for (var i = 0; i < block.Length; i++)
            if (!float.IsFinite(block[i]))
                throw new InputException(
                    _name,
                    $"has a sample that is no number ({block[i]}) at {(Frames + i) / (double)SourceRate:0.000} s",
                    "The file is damaged; export it again from its source"
                );
    }
}

using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Audio;
using Prosodia.Onnx;

namespace Prosodia.Vad;

/// <summary>What is known of a frame of 32 ms.</summary>
/// <param name="Decibels">Its level below full scale.</param>
/// <param name="Speech">The probability of speech, 0 to 1.</param>
internal readonly record struct ActivityFrame(float Decibels, float Speech);

/// <summary>
/// Where people speak in audio as it comes: Silero VAD v6, a recurrent network of 32 ms at 16 kHz, each with 4 ms of
/// context. Quiet audio is amplified: the network misses speech 20 dB below the usual. One session serves all
/// detectors. Source: Silero Team, github.com/snakers4/silero-vad, MIT license.
/// </summary>
internal sealed class VoiceActivityDetector
{
    /// <summary>Samples of a frame at 16 kHz.</summary>
    public const int FrameLength = 512;

    /// <summary>Seconds of a frame.</summary>
    public const double FrameSeconds = (double)FrameLength / Recording.SampleRate;

    private const int Context = 64,
        StateLength = 2 * 128;
    private const float Peak = 0.5f, // to which audio is amplified or attenuated
        MostGain = 100,
        UsualPeak = 0.1f, // of audio of which nothing is known yet
        PeakKept = 0.9968f; // of the peak from frame to frame: it falls to a third in ten seconds

    private static readonly Lazy<InferenceSession> Session = new(() =>
        OnnxSession.Open(EmbeddedFile.Bytes("silero_vad_v6.onnx"))
    );
    private static readonly string[] Inputs = ["input", "state", "sr"],
        Outputs = ["output", "stateN"];

    private readonly List<float> _rest = []; // of a frame that is not complete yet
    private readonly float[] _recent = new float[Context + FrameLength], // a frame after what came before it
        _window = new float[Context + FrameLength]; // the same, amplified
    private readonly float[] _state = new float[StateLength];
    private float _peak;

    /// <summary>Starts at the beginning of audio.</summary>
    /// <param name="peak">Its largest amplitude, where that is known.</param>
    public VoiceActivityDetector(float peak = UsualPeak) => _peak = peak;

    /// <summary>Takes samples and gives the frames that they complete.</summary>
    public IReadOnlyList<ActivityFrame> Write(ReadOnlySpan<float> samples)
    {
        _rest.AddRange(samples);
        var complete = _rest.Count - _rest.Count % FrameLength;
        var frames = Detect([.. _rest.Take(complete)]);
        _rest.RemoveRange(0, complete);
        return frames;
    }

    /// <summary>The last frame, with silence at its end.</summary>
    public IReadOnlyList<ActivityFrame> Finish() => _rest.Count == 0 ? [] : Write(new float[FrameLength - _rest.Count]);

    private ActivityFrame[] Detect(float[] samples)
    {
        if (samples.Length == 0)
            return [];
        var (probability, next) = (new float[1], new float[StateLength]);
        using OrtValue window = OrtValue.CreateTensorValueFromMemory(_window, [1, _window.Length]),
            state = OrtValue.CreateTensorValueFromMemory(_state, [2, 1, StateLength / 2]),
            rate = OrtValue.CreateTensorValueFromMemory(new long[] { Recording.SampleRate }, []),
            output = OrtValue.CreateTensorValueFromMemory(probability, [1, 1]),
            nextState = OrtValue.CreateTensorValueFromMemory(next, [2, 1, StateLength / 2]);
        OrtValue[] inputs = [window, state, rate],
            outputs = [output, nextState];
        using var options = new RunOptions();
        var frames = new ActivityFrame[samples.Length / FrameLength];
        for (var f = 0; f < frames.Length; f++)
        {
            var frame = samples.AsSpan(f * FrameLength, FrameLength);
            _recent.AsSpan(FrameLength).CopyTo(_recent);
            frame.CopyTo(_recent.AsSpan(Context));
            _peak = Math.Max(_peak * PeakKept, Math.Abs(TensorPrimitives.MaxMagnitude(frame)));
            TensorPrimitives.Multiply(_recent, Math.Min(Peak / _peak, MostGain), _window);
            Session.Value.Run(options, Inputs, inputs, Outputs, outputs);
            next.CopyTo(_state);
            var power = TensorPrimitives.SumOfSquares<float>(frame) / FrameLength;
            frames[f] = new ActivityFrame(10 * MathF.Log10(power + 1e-12f), probability[0]);
        }
        return frames;
    }
}

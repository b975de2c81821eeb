using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Prosodia.Dsp;

namespace Prosodia.Vad;

/// <summary>What is known of a frame of 10 ms.</summary>
/// <param name="Decibels">Its level below full scale.</param>
/// <param name="Voiced">Whether a voice sounds: one period is like the next, and it stands out from what is quietest
/// around.</param>
internal readonly record struct ActivityFrame(float Decibels, bool Voiced);

/// <summary>
/// Where voices sound in audio as it comes, by energy and periodicity. Source of the latter: Talkin, A Robust Algorithm
/// for Pitch Tracking, 1995; of the floor: minimum statistics, Martin, EUSIPCO 1994.
/// </summary>
internal sealed class VoiceActivityDetector
{
    private const int Chunk = 50; // frames decided at once: half a second
    private const int Before = PowerSpectrogram.Window,
        After = NormalizedCrossCorrelation.SeenAfter; // samples that a frame sees
    private const float MinPeriodicity = 0.6f;
    private const float AboveFloor = 8,
        Quietest = -100; // decibels
    private const float FloorRises = 0.02f; // decibels a frame

    private readonly HighPassFilter _highPass = new();
    private readonly List<float> _samples = [.. new float[Before]];
    private float _floor = float.NaN;

    /// <summary>Takes samples and gives the frames that they complete.</summary>
    public IReadOnlyList<ActivityFrame> Write(ReadOnlySpan<float> samples)
    {
        var start = _samples.Count;
        _samples.AddRange(samples);
        _highPass.Apply(CollectionsMarshal.AsSpan(_samples)[start..]);
        var frames = new List<ActivityFrame>();
        while (_samples.Count >= Before + Chunk * PowerSpectrogram.Hop + After)
        {
            frames.AddRange(Decide(Chunk));
            _samples.RemoveRange(0, Chunk * PowerSpectrogram.Hop);
        }
        return frames;
    }

    /// <summary>The frames of what is left at the end.</summary>
    public IReadOnlyList<ActivityFrame> Finish()
    {
        var left = (_samples.Count - Before + PowerSpectrogram.Hop - 1) / PowerSpectrogram.Hop;
        return left > 0 ? Decide(left) : [];
    }

    private ActivityFrame[] Decide(int frames)
    {
        var all = CollectionsMarshal.AsSpan(_samples);
        var window = all[..Math.Min(all.Length, Before + frames * PowerSpectrogram.Hop + After)];
        const int skipped = Before / PowerSpectrogram.Hop; // frames before the first one
        var correlation = new NormalizedCrossCorrelation(window, skipped + frames);
        var levels = new float[frames];
        for (var f = 0; f < frames; f++)
        {
            var frame = window[Math.Min(window.Length, Before + f * PowerSpectrogram.Hop)..];
            frame = frame[..Math.Min(frame.Length, PowerSpectrogram.Hop)];
            levels[f] =
                frame.Length == 0
                    ? Quietest
                    : 10 * MathF.Log10(TensorPrimitives.SumOfSquares<float>(frame) / frame.Length + 1e-12f);
        }
        var quiet = Math.Max(Quietest, levels.Min());
        _floor = float.IsNaN(_floor) ? quiet : Math.Min(_floor + FloorRises * frames, quiet);
        return
        [
            .. levels.Select(
                (level, f) =>
                    new ActivityFrame(
                        level,
                        level > _floor + AboveFloor && Periodicity(correlation, skipped + f) >= MinPeriodicity
                    )
            ),
        ];
    }

    /// <summary>The highest peak of a frame's correlation.</summary>
    private static float Periodicity(NormalizedCrossCorrelation correlation, int frame)
    {
        const int shortest = NormalizedCrossCorrelation.MinLag,
            longest = NormalizedCrossCorrelation.MaxLag;
        var (before, at, highest) = (correlation.At(frame, shortest - 1), correlation.At(frame, shortest), 0f);
        for (var lag = shortest; lag <= longest; lag++)
        {
            var after = correlation.At(frame, lag + 1);
            if (at >= before && at > after)
                highest = Math.Max(highest, at);
            (before, at) = (at, after);
        }
        return highest;
    }
}

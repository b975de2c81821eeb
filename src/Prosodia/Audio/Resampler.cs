using System.Numerics.Tensors;
using Prosodia.Dsp;

namespace Prosodia.Audio;

/// <summary>
/// Changes the sample rate, to 16 kHz by default, by a polyphase windowed-sinc filter, block by block. Flat within
/// 0.1 dB up to 7/8 of the lower Nyquist frequency (7 kHz where both rates are 16 kHz or more), aliases and images at
/// least 80 dB down. Output sample n stands for the time n / rate: the filter adds no delay.
/// Source: Kaiser window design, Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5.
/// </summary>
internal sealed class Resampler
{
    private const double StopBandDecibels = 90; // ten more than promised
    private const double PassBand = 7.0 / 8; // of the lower Nyquist frequency

    // rates that need more lie between two of so many, and so do the filter's values
    private const int MaxPhases = 1024;

    private readonly int _up,
        _down;
    private readonly int _count; // of phases, and one more for the end of the last
    private readonly int _taps; // of each phase, even
    private readonly float[] _phases; // (count + 1, taps), each phase reversed so that filtering is a dot product
    private float[] _pending; // input that outputs to come still need
    private int _pendingCount;
    private long _pendingStart; // input index of _pending[0]
    private long _inputs,
        _outputs;

    /// <summary>Prepares the filter for one stream.</summary>
    /// <param name="fromRate">Samples a second of the input, at least 1.</param>
    /// <param name="toRate">Samples a second of the output.</param>
    public Resampler(int fromRate, int toRate = Recording.SampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, 1);
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
        _up = toRate / divisor;
        _down = fromRate / divisor;
        _count = Math.Min(_up, MaxPhases);

        var nyquist = Math.Min(fromRate, toRate) / 2.0;
        var cutoff = nyquist * (1 + PassBand) / 2 / fromRate; // cycles an input sample
        var transition = nyquist * (1 - PassBand) / fromRate * 2 * Math.PI; // radians an input sample
        _taps = (int)Math.Ceiling((StopBandDecibels - 8) / (2.285 * transition) / 2) * 2;
        _phases = Design(cutoff);
        (_pendingStart, _pendingCount, _pending) = Start();
    }

    /// <summary>Prepares another stream of the same rate, with the filter of a first one.</summary>
    /// <param name="other">The first one; it goes on as it is.</param>
    public Resampler(Resampler other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (_up, _down, _count, _taps, _phases) = (other._up, other._down, other._count, other._taps, other._phases);
        (_pendingStart, _pendingCount, _pending) = Start();
    }

    /// <summary>Takes a block of input and appends the output that it completes.</summary>
    public void Write(ReadOnlySpan<float> input, List<float> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_up == _down)
        {
            output.AddRange(input);
            return;
        }
        _inputs += input.Length;
        Append(input);
        Produce(output, long.MaxValue);
    }

    /// <summary>Ends the stream: appends the last outputs, ceil(inputs * rate of the output / rate) in all.</summary>
    public void Finish(List<float> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_up == _down)
            return;
        Append(new float[_taps]);
        Produce(output, (_inputs * _up + _down - 1) / _down);
    }

    /// <summary>Silence before the first sample.</summary>
    private (long Start, int Count, float[] Pending) Start() =>
        (1 - _taps / 2, _taps / 2 - 1, new float[_taps / 2 - 1 + 4096]);

    private void Produce(List<float> output, long until)
    {
        for (; _outputs < until; _outputs++)
        {
            var (center, phase) = Math.DivRem(_outputs * _down, _up);
            var first = center - _taps / 2 + 1 - _pendingStart;
            if (first + _taps > _pendingCount)
                break;
            output.Add(Filtered(phase, _pending.AsSpan((int)first, _taps)));
        }
        var done = (int)Math.Clamp(_outputs * _down / _up - _taps / 2 + 1 - _pendingStart, 0, _pendingCount);
        _pending.AsSpan(done, _pendingCount - done).CopyTo(_pending);
        _pendingCount -= done;
        _pendingStart += done;
    }

    private float Filtered(long phase, ReadOnlySpan<float> input)
    {
        var (row, rest) = Math.DivRem(phase * _count, _up);
        var value = TensorPrimitives.Dot(_phases.AsSpan((int)row * _taps, _taps), input);
        if (rest == 0)
            return value;
        var next = TensorPrimitives.Dot(_phases.AsSpan((int)(row + 1) * _taps, _taps), input);
        return value + (float)rest / _up * (next - value);
    }

    private void Append(ReadOnlySpan<float> input)
    {
        if (_pending.Length < _pendingCount + input.Length)
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingCount + input.Length));
        input.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += input.Length;
    }

    private float[] Design(double cutoff)
    {
        var phases = new float[(_count + 1) * _taps];
        var half = _taps / 2.0;
        for (var phase = 0; phase <= _count; phase++)
        {
            var row = new double[_taps];
            for (var tap = 0; tap < _taps; tap++)
            {
                var x = tap - _taps / 2 + 1 - (double)phase / _count; // distance from the output's time, input samples
                row[tap] =
                    KaiserWindow.At(x / half, StopBandDecibels)
                    * (x == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * x) / (Math.PI * x));
            }
            var gain = row.Sum(); // a constant stays the same constant in every phase
            for (var tap = 0; tap < _taps; tap++)
                phases[phase * _taps + tap] = (float)(row[tap] / gain);
        }
        return phases;
    }
}

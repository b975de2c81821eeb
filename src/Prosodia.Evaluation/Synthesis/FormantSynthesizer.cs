using Prosodia.Audio;

namespace Prosodia.Evaluation.Synthesis;

/// <summary>
/// Speech-like sound from a source and a filter: glottal pulses with jitter and breath, then five resonators in a row
/// that glide from vowel to vowel, with stops and hisses between. Source: Klatt, Software for a cascade/parallel
/// formant synthesizer, JASA 67, 1980; pulse shape: Rosenberg, JASA 49, 1971.
/// </summary>
internal sealed class FormantSynthesizer(SyntheticVoice voice, EmotionExpression expression, Random random)
{
    private const double OpenQuotient = 0.6; // part of a period in which the glottis is open
    private const double ConsonantShare = 0.3; // part of a syllable
    private const double PauseEverySyllables = 6; // between phrases
    private const double Headroom = 0.16; // a neutral voice's amplitude, full scale is 1

    // F1, F2, F3 in hertz of an average man: a, e, i, o, u, schwa (Hillenbrand et al., JASA 97, 1995, rounded)
    private static readonly double[][] Vowels =
    [
        [750, 1330, 2520],
        [580, 1800, 2600],
        [340, 2320, 3000],
        [500, 910, 2460],
        [380, 1000, 2350],
        [500, 1500, 2500],
    ];

    private static readonly double[] Bandwidths = [70, 95, 130, 200, 260];

    private readonly Resonator[] _tract = [.. Bandwidths.Select(_ => new Resonator())];
    private readonly Resonator _hiss = new();
    private double _phase,
        _period = 1,
        _tilted;

    /// <summary>Speaks syllables, given as numbers of vowels; the same ones make the same sentence.</summary>
    public float[] Speak(IReadOnlyList<int> syllables)
    {
        var samples = new List<float>();
        Silence(samples, 0.12);
        for (var i = 0; i < syllables.Count; i++)
        {
            if (i > 0 && random.NextDouble() < 1 / PauseEverySyllables)
                Silence(samples, 0.15 / expression.Rate * SyntheticVoice.Spread(random, 0.4));
            var seconds = 1 / (voice.SyllablesPerSecond * expression.Rate) * SyntheticVoice.Spread(random, 0.25);
            Consonant(samples, seconds * ConsonantShare, hissing: syllables[i] % 2 == 0);
            Vowel(
                samples,
                seconds * (1 - ConsonantShare),
                Vowels[syllables[i]],
                Vowels[syllables[(i + 1) % syllables.Count]],
                (double)i / syllables.Count
            );
        }
        Silence(samples, 0.15);
        return [.. samples];
    }

    private void Vowel(List<float> samples, double seconds, double[] from, double[] to, double position)
    {
        var count = (int)(seconds * Recording.SampleRate);
        var accent = expression.PitchRange * (random.NextDouble() * 2 - 0.6);
        for (var i = 0; i < count; i++)
        {
            var t = (double)i / count;
            var semitones = accent * Math.Sin(Math.PI * t) + expression.FinalSlope * (position - 0.3);
            var pitch = voice.PitchHertz * expression.Pitch * Math.Pow(2, semitones / 12);
            if (i % 32 == 0)
                Shape(from, to, 0.5 * t * t);
            var envelope = Math.Min(1, Math.Min(t, 1 - t) * 8);
            Emit(samples, Source(pitch) * envelope);
        }
    }

    private void Consonant(List<float> samples, double seconds, bool hissing)
    {
        var count = (int)(seconds * Recording.SampleRate);
        _hiss.Tune((hissing ? 5200 : 2600) * voice.TractScale, 1200);
        for (var i = 0; i < count; i++)
        {
            var t = (double)i / count;
            var burst =
                hissing ? Math.Sin(Math.PI * t)
                : t > 0.7 ? 1 - t
                : 0; // a stop is silence, then a release
            samples.Add((float)(_hiss.Filter(Noise()) * burst * 0.1 * Loudness));
        }
    }

    private void Silence(List<float> samples, double seconds)
    {
        for (var i = 0; i < seconds * Recording.SampleRate; i++)
            samples.Add((float)(Noise() * 2e-4));
    }

    private double Loudness => Headroom * voice.Loudness * expression.Level;

    private void Shape(double[] from, double[] to, double glide)
    {
        for (var f = 0; f < _tract.Length; f++)
        {
            var hertz =
                f < 3 ? from[f] + (to[f] - from[f]) * glide
                : f == 3 ? 3500
                : 4500;
            _tract[f].Tune(hertz * voice.TractScale, Bandwidths[f]);
        }
    }

    /// <summary>
    /// One sample of the source: the slope of the glottal flow, tilted, and breath while the glottis is open.
    /// </summary>
    private double Source(double pitch)
    {
        _phase += pitch / Recording.SampleRate / _period;
        if (_phase >= 1)
        {
            _phase -= 1;
            _period = 1 + expression.Jitter * (random.NextDouble() * 2 - 1) * 1.7;
        }
        var x = _phase / OpenQuotient;
        var slope = x < 1 ? 2 * x - 3 * x * x : 0; // of the flow x^2 - x^3
        // A one-pole low pass for duller voices; brighter ones add what it takes away.
        const double pole = 0.75;
        _tilted += (1 - pole) * (slope - _tilted);
        var share = Math.Clamp(expression.Tilt / 6, -1, 1);
        var tilted = share < 0 ? slope + share * (slope - _tilted) : slope + share * 1.5 * (slope - _tilted);
        return tilted + Noise() * expression.Breath * (x < 1 ? 1 : 0.4);
    }

    private void Emit(List<float> samples, double source)
    {
        foreach (var resonator in _tract)
            source = resonator.Filter(source);
        samples.Add((float)Math.Clamp(source * Loudness * 0.5, -0.99, 0.99));
    }

    private double Noise() => random.NextDouble() * 2 - 1;

    /// <summary>A digital resonator with gain 1 at 0 Hz (Klatt 1980, equation 2).</summary>
    private sealed class Resonator
    {
        private double _a = 1,
            _b,
            _c,
            _y1,
            _y2;

        public void Tune(double hertz, double bandwidth)
        {
            _c = -Math.Exp(-2 * Math.PI * bandwidth / Recording.SampleRate);
            _b =
                2
                * Math.Exp(-Math.PI * bandwidth / Recording.SampleRate)
                * Math.Cos(2 * Math.PI * hertz / Recording.SampleRate);
            _a = 1 - _b - _c;
        }

        public double Filter(double x)
        {
            var y = _a * x + _b * _y1 + _c * _y2;
            (_y2, _y1) = (_y1, y);
            return y;
        }
    }
}

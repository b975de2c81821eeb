namespace Prosodia.Evaluation.Synthesis;

/// <summary>
/// How an emotion changes a voice, as factors on the neutral one. Directions and rough sizes follow the acoustic
/// correlates reported by Murray and Arnott (JASA 93, 1993, table I), Banse and Scherer (JPSP 70, 1996) and Juslin and
/// Laukka (Psychological Bulletin 129, 2003, table 7). Speakers differ and overlap, as they do in life.
/// </summary>
/// <param name="Pitch">Factor on the mean fundamental frequency.</param>
/// <param name="PitchRange">Half the pitch range in semitones.</param>
/// <param name="Rate">Factor on syllables a second.</param>
/// <param name="Level">Factor on the amplitude.</param>
/// <param name="Tilt">Spectral slope of the voice source, decibels an octave beyond the neutral one; negative is
/// duller.</param>
/// <param name="Breath">Aspiration noise over the voice's amplitude.</param>
/// <param name="Jitter">Irregularity of the glottal periods, as a share of one.</param>
/// <param name="FinalSlope">Semitones by which pitch falls (negative) or rises over the utterance.</param>
internal sealed record EmotionExpression(
    double Pitch,
    double PitchRange,
    double Rate,
    double Level,
    double Tilt,
    double Breath,
    double Jitter,
    double FinalSlope
)
{
    public static readonly IReadOnlyDictionary<string, EmotionExpression> Of = new Dictionary<string, EmotionExpression>
    {
        ["angry"] = new(
            Pitch: 1.35,
            PitchRange: 5.0,
            Rate: 1.18,
            Level: 2.2,
            Tilt: 5,
            Breath: 0.02,
            Jitter: 0.020,
            FinalSlope: -2
        ),
        ["happy"] = new(
            Pitch: 1.45,
            PitchRange: 6.5,
            Rate: 1.12,
            Level: 1.5,
            Tilt: 2,
            Breath: 0.04,
            Jitter: 0.010,
            FinalSlope: 2
        ),
        ["neutral"] = new(
            Pitch: 1.00,
            PitchRange: 2.5,
            Rate: 1.00,
            Level: 1.0,
            Tilt: 0,
            Breath: 0.04,
            Jitter: 0.008,
            FinalSlope: -2
        ),
        ["sad"] = new(
            Pitch: 0.93,
            PitchRange: 1.3,
            Rate: 0.78,
            Level: 0.5,
            Tilt: -5,
            Breath: 0.14,
            Jitter: 0.015,
            FinalSlope: -4
        ),
    };

    /// <summary>
    /// This expression as strong as one utterance of one speaker has it; 0 is neutral, 1 as described, more is
    /// stronger.
    /// </summary>
    public EmotionExpression Scaled(double strength)
    {
        var neutral = Of["neutral"];
        double Factor(double value, double from) => from * Math.Pow(value / from, strength);
        double Shift(double value, double from) => from + (value - from) * strength;
        return new EmotionExpression(
            Factor(Pitch, 1),
            Factor(PitchRange, neutral.PitchRange),
            Factor(Rate, 1),
            Factor(Level, 1),
            Shift(Tilt, 0),
            Factor(Breath, neutral.Breath),
            Factor(Jitter, neutral.Jitter),
            Shift(FinalSlope, neutral.FinalSlope)
        );
    }
}

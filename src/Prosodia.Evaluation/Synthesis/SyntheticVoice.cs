namespace Prosodia.Evaluation.Synthesis;

/// <summary>A synthetic speaker.</summary>
/// <param name="Name">Who it is.</param>
/// <param name="Sex"><c>male</c> or <c>female</c>.</param>
/// <param name="PitchHertz">Mean fundamental frequency when neutral.</param>
/// <param name="TractScale">Formant frequencies over those of an average man; shorter vocal tracts have higher
/// ones.</param>
/// <param name="SyllablesPerSecond">Rate when neutral.</param>
/// <param name="Loudness">Level over the average speaker's, factor.</param>
/// <param name="Expressiveness">How far the speaker goes from neutral for an emotion; 1 is average.</param>
internal sealed record SyntheticVoice(
    string Name,
    string Sex,
    double PitchHertz,
    double TractScale,
    double SyllablesPerSecond,
    double Loudness,
    double Expressiveness
)
{
    /// <summary>Draws a speaker: odd numbers are men, even ones women.</summary>
    public static SyntheticVoice Draw(int number, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var male = number % 2 == 1;
        return new SyntheticVoice(
            $"{number:00}",
            male ? "male" : "female",
            PitchHertz: (male ? 115 : 205) * Spread(random, 0.12),
            TractScale: (male ? 1.0 : 1.16) * Spread(random, 0.04), // Peterson and Barney, 1952
            SyllablesPerSecond: 4.6 * Spread(random, 0.10),
            Loudness: Spread(random, 0.25),
            Expressiveness: Spread(random, 0.30)
        );
    }

    /// <summary>A factor from 1 / (1 + share) to 1 + share.</summary>
    internal static double Spread(Random random, double share) => Math.Pow(1 + share, 2 * random.NextDouble() - 1);
}

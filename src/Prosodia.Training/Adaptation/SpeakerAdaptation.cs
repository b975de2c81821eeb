using System.Globalization;

namespace Prosodia.Training.Adaptation;

/// <summary>
/// Standardizes what a model reads by the speaker's own recordings, whose emotions it doesn't know, or by some neutral
/// ones that a speaker made for it. Without many recordings a speaker's mean and deviation are drawn towards those of
/// other speakers. Source of the idea: Busso et al., Iterative Feature Normalization Scheme, IEEE Transactions on
/// Affective Computing 4, 2013.
/// </summary>
/// <param name="NeutralRecordings">How many neutral recordings of each speaker to enroll; they are in no part of any
/// fold. Null for unlabeled ones.</param>
/// <param name="Seconds">How much unlabeled speech of each speaker to use at most; null for all.</param>
internal sealed record SpeakerAdaptation(int? NeutralRecordings, double? Seconds)
{
    internal const string Neutral = "neutral";

    /// <summary>What <see cref="Parse"/> takes.</summary>
    public const string Names = "speaker, speaker:SECONDS, neutral:N";

    /// <summary>The name on the command line and in results.</summary>
    public string Name =>
        NeutralRecordings is { } n ? string.Create(CultureInfo.InvariantCulture, $"neutral:{n}")
        : Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"speaker:{s}")
        : "speaker";

    /// <summary>What every reader of the figures must know.</summary>
    public string Note =>
        NeutralRecordings is { } n
            ? $"Adapted to each speaker by {n} neutral recording(s) of that speaker, which are not tested: not "
                + "comparable to figures without adaptation."
            : "Adapted to each speaker by "
                + $"{(Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s} s of") : "all of")} that "
                + "speaker's own unlabeled recordings, the tested ones among them: not comparable to figures without "
                + "adaptation.";

    /// <summary>Finds an adaptation by its name; null when there is none of that name.</summary>
    public static SpeakerAdaptation? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Split(':') switch
        {
            ["speaker"] => new SpeakerAdaptation(null, null),
            ["speaker", var text]
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                    && seconds > 0 => new SpeakerAdaptation(null, seconds),
            ["neutral", var text]
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 =>
                new SpeakerAdaptation(count, null),
            _ => null,
        };
    }
}

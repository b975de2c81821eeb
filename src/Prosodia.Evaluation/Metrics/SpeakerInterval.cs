using System.Globalization;

namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// A 95 % interval over speakers. Of fewer than five it has no limits: drawn from so few, they would say more of chance
/// than of the figure.
/// </summary>
/// <param name="Low">Lower limit; null of too few speakers.</param>
/// <param name="High">Upper limit; null of too few speakers.</param>
/// <param name="Speakers">How many speakers were drawn from.</param>
internal sealed record SpeakerInterval(double? Low, double? High, int Speakers)
{
    /// <summary>Fewer speakers than these have no interval.</summary>
    public const int MinSpeakers = 5;

    /// <summary>Both limits; empty where there are none.</summary>
    public double[] Limits() => Low is { } low && High is { } high ? [low, high] : [];

    /// <summary>The interval for people.</summary>
    public override string ToString() => Text(v => v.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>The interval for people, its limits in some form.</summary>
    public string Text(Func<double, string> format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return Low is { } low && High is { } high
            ? $"95 % over {Speakers} speakers: {format(low)} to {format(high)}"
            : $"no interval: {Speakers} {(Speakers == 1 ? "speaker is" : "speakers are")} too few";
    }
}

using System.Globalization;

namespace Prosodia.Evaluation.Corpora;

/// <summary>A column of numbers that is to be predicted, such as arousal.</summary>
/// <param name="Name">The column.</param>
/// <param name="Low">The lowest number that can be; null where nothing is said.</param>
/// <param name="High">The highest.</param>
internal sealed record NumericTarget(string Name, double? Low = null, double? High = null)
{
    /// <summary>Reads <c>NAME</c> or <c>NAME:LOW:HIGH</c>; null where it is neither.</summary>
    public static NumericTarget? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') switch
        {
            [{ Length: > 0 } name] => new NumericTarget(name),
            [{ Length: > 0 } name, var low, var high]
                when DecimalNumber.TryParse(low, out var from, out _)
                    && DecimalNumber.TryParse(high, out var to, out _)
                    && from < to => new NumericTarget(name, from, to),
            _ => null,
        };
    }

    /// <summary>Reads several of different names; says in <paramref name="problem"/> what is wrong with them.</summary>
    public static NumericTarget[] ParseAll(IReadOnlyList<string> texts, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(texts);
        NumericTarget?[] targets = [.. texts.Select(Parse)];
        NumericTarget[] parsed = [.. targets.OfType<NumericTarget>()];
        problem =
            targets.Index().FirstOrDefault(t => t.Item is null) is var odd && targets.Contains(null)
                ? $"'{texts[odd.Index]}' is neither NAME nor NAME:LOW:HIGH"
            : parsed.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? $"{twice.Key} is given twice"
            : null;
        return parsed;
    }

    /// <summary>The number of an utterance; null where it has none.</summary>
    /// <exception cref="InputException">It, or what a rater gave, is no number or out of range.</exception>
    public double? ValueOf(Utterance utterance)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        foreach (var rated in Ratings.ValuesOf(utterance, Name))
            Checked(utterance, rated);
        var text =
            utterance.Details.FirstOrDefault(d => d.Key.Equals(Name, StringComparison.OrdinalIgnoreCase)).Value ?? "";
        return text.Length == 0 ? null : Checked(utterance, text);
    }

    private double Checked(Utterance utterance, string text)
    {
        if (!DecimalNumber.TryParse(text, out var value, out _))
            throw new InputException(
                utterance.Name,
                $"has '{text}' as {Name}, which is no number",
                "Correct it, or choose a column of numbers with --target"
            );
        return value < Low || value > High
            ? throw new InputException(
                utterance.Name,
                string.Create(CultureInfo.InvariantCulture, $"has {value} as {Name}, out of {Low} to {High}"),
                "Correct it, or the range of --target"
            )
            : value;
    }

    /// <summary>A prediction within the range.</summary>
    public double Clip(double value) => Math.Clamp(value, Low ?? double.MinValue, High ?? double.MaxValue);

    /// <summary>The target as options have it.</summary>
    public override string ToString() =>
        Low is null ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Low}:{High}");
}

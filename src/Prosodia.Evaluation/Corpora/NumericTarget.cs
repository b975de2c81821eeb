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
                when double.TryParse(low, CultureInfo.InvariantCulture, out var from)
                    && double.TryParse(high, CultureInfo.InvariantCulture, out var to)
                    && from < to => new NumericTarget(name, from, to),
            _ => null,
        };
    }

    /// <summary>The number of an utterance; null where it has none.</summary>
    /// <exception cref="InputException">It is no number, or out of range.</exception>
    public double? ValueOf(Utterance utterance)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        var text = utterance.Detail(Name);
        if (text.Length == 0)
            return null;
        if (!DecimalNumber.TryParse(text, out var value, out _))
            throw new InputException(
                utterance.Name,
                $"has '{text}' as {Name}, which is no number",
                "Correct it, or choose a column of numbers with --target"
            );
        if (value < Low || value > High)
            throw new InputException(
                utterance.Name,
                string.Create(CultureInfo.InvariantCulture, $"has {value} as {Name}, out of {Low} to {High}"),
                "Correct it, or the range of --target"
            );
        return value;
    }

    /// <summary>A prediction within the range.</summary>
    public double Clip(double value) => Math.Clamp(value, Low ?? double.MinValue, High ?? double.MaxValue);

    /// <summary>The target as options have it.</summary>
    public override string ToString() =>
        Low is null ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{Low}:{High}");
}

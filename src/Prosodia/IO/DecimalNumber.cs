using System.Globalization;
using System.Text.RegularExpressions;

namespace Prosodia.IO;

/// <summary>Numbers as people and their programs write them, with a decimal point or a decimal comma.</summary>
internal static partial class DecimalNumber
{
    /// <summary>Reads a finite number.</summary>
    /// <param name="text">The text; one comma stands for a decimal point, separators of thousands are not
    /// accepted.</param>
    /// <param name="value">The number.</param>
    /// <param name="mark">The decimal mark that it has; null for a whole number.</param>
    public static bool TryParse(string text, out double value, out char? mark)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = text.Trim().Replace('\u2212', '-'); // the minus sign of typography
        mark =
            plain.Contains(',', StringComparison.Ordinal) ? ','
            : plain.Contains('.', StringComparison.Ordinal) ? '.'
            : null;
        value = 0;
        return Pattern().IsMatch(plain)
            && double.TryParse(plain.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>The number that a text is; null where it is none.</summary>
    public static double? Parse(string text) => TryParse(text, out var value, out _) ? value : null;

    /// <summary>Whether a comma in a number could separate thousands.</summary>
    public static bool MayBeThousands(string text) => Thousands().IsMatch(text.Trim());

    [GeneratedRegex(@"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?$")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2},\d{3}$")]
    private static partial Regex Thousands();
}

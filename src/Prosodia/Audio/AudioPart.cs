using System.Globalization;

namespace Prosodia.Audio;

/// <summary>A part of an audio file; by default all of it.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds; null for the end of the file.</param>
internal readonly record struct AudioPart(double Start, double? End)
{
    private const string Fragment = "#t=";

    /// <summary>Whether it is all of the file.</summary>
    public bool IsWhole => Start == 0 && End is null;

    /// <summary>
    /// Its times as a fragment to put behind a path; empty where it is all. Source: W3C, Media Fragments URI 1.0,
    /// section 4.2.1.
    /// </summary>
    public override string ToString() =>
        IsWhole
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{Fragment}{Start}{(End is { } end ? $",{end}" : "")}");

    /// <summary>The path and the part that a name means: a path, and perhaps a fragment that this type wrote.</summary>
    public static (string Path, AudioPart Part) Parse(string name)
    {
        var at = name.LastIndexOf(Fragment, StringComparison.Ordinal);
        if (at < 0)
            return (name, default);
        string[] times = name[(at + Fragment.Length)..].Split(',');
        return
            times.Length <= 2
            && Seconds(times[0]) is { } start
            && (times.Length == 1 ? null : Seconds(times[1])) is var end
            && (times.Length == 1 || end is not null)
            ? (name[..at], new AudioPart(start, end))
            : (name, default);

        static double? Seconds(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>Its hash, given that of the file.</summary>
    public string Sha256Of(string file) => IsWhole ? file : Sha256Hash.Of(file + this);
}

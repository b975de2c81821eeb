using System.CommandLine;

namespace Prosodia.Cli.Options;

/// <summary>Options that several verbs take, with one meaning everywhere.</summary>
internal static class CommonOptions
{
    public static Option<int> Seed() => new("--seed") { HelpName = "N", Description = "Same seed, same recordings, same machine: same figures", DefaultValueFactory = _ => 1 };

    public static Option<int> Seeds() => new Option<int>("--seeds") { HelpName = "N", Description = "Run with so many seeds, from --seed on, and give mean and deviation", DefaultValueFactory = _ => 1 }.AtLeast(1);

    public static Option<string?> Labels() => new("--labels") { HelpName = "FILE", Description = "Several corpora: a CSV with the columns emotion and label (and corpus) that says what corresponds" };

    public const string ForceName = "--force";

    public static Option<bool> Force() => new(ForceName) { Description = "Replace files that Prosodia did not write, or that were changed since; never an input" };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs instead of text for people" };

    /// <summary>An option that takes the names of an enumeration in lower case.</summary>
    public static Option<string> OneOf<T>(string name, string description, T otherwise = default) where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => otherwise.ToString().ToLowerInvariant() };
        return option.AcceptOnlyFromAmong(names);
    }

    /// <summary>The value that <see cref="OneOf"/> took.</summary>
    public static T Parse<T>(string name) where T : struct, Enum => Enum.Parse<T>(name, ignoreCase: true);

    /// <summary>Makes smaller values a usage error.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, T least) where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (!result.Tokens.Any() || result.Errors.Any()) return;
            if (result.GetValueOrDefault<T>().CompareTo(least) < 0) result.AddError($"{option.Name} must be at least {least}.");
        });
        return option;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Prosodia.Cli.Hosting;
using Prosodia.Recognition;

namespace Prosodia.Cli.Options;

/// <summary>Options that several verbs take, with one meaning everywhere.</summary>
internal static class CommonOptions
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1); // of a pattern and one path

    public static Option<int> Seed() =>
        new("--seed")
        {
            HelpName = "N",
            Description = "Same seed, same recordings, same machine: same figures",
            DefaultValueFactory = _ => 1,
        };

    public static Option<int> Seeds() =>
        new Option<int>("--seeds")
        {
            HelpName = "N",
            Description = "Run with so many seeds, from --seed on, and give mean and deviation",
            DefaultValueFactory = _ => 1,
        }.AtLeast(1);

    public static Option<string?> Labels() =>
        new("--labels")
        {
            HelpName = "FILE",
            Description =
                "Several corpora: a CSV with the columns emotion and label (and corpus) that says what corresponds",
        };

    public const string ForceName = "--force";

    public static Option<bool> Force() =>
        new(ForceName)
        {
            Description = "Replace files that Prosodia did not write, or that were changed since; never an input",
        };

    /// <summary>The model that recognizes.</summary>
    public static Option<string?> EmotionModel() =>
        new("--model")
        {
            HelpName = "NAME|FILE.onnx",
            Description =
                $"A bundled model ({string.Join(", ", Recognition.EmotionModel.BundledNames)}) or one that train wrote "
                + $"(default: {Recognition.EmotionModel.BundledNames[0]})",
        };

    /// <summary>Opens the model that <see cref="EmotionModel"/> took.</summary>
    public static EmotionModel Open(string? model) =>
        model is null ? Recognition.EmotionModel.OpenDefault() : Recognition.EmotionModel.Open(model);

    public static Option<bool> Json() =>
        new("--json") { Description = "Print JSON for programs instead of text for people" };

    /// <summary>An option that takes the names of an enumeration in lower case.</summary>
    public static Option<string> OneOf<T>(string name, string description, T otherwise = default)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => otherwise.ToString().ToLowerInvariant(),
        };
        return option.AcceptOnlyFromAmong(names);
    }

    /// <summary>The value that <see cref="OneOf"/> took.</summary>
    public static T Parse<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(name, ignoreCase: true);

    /// <summary>Reads a number with a decimal point or a decimal comma.</summary>
    public static Option<double> Decimal(this Option<double> option)
    {
        option.CustomParser = result => ParseDecimal(result, option.Name) ?? 0;
        return option;
    }

    /// <summary>Reads a number with a decimal point or a decimal comma, where there is one.</summary>
    public static Option<double?> Decimal(this Option<double?> option)
    {
        option.CustomParser = result => ParseDecimal(result, option.Name);
        return option;
    }

    /// <summary>
    /// The value of an option for its validators; false where it has none or an error that is reported anyway.
    /// </summary>
    public static bool TryGet<T>(this OptionResult result, out T value)
    {
        value = default!;
        if (result.Tokens.Count == 0 || result.Errors.Any())
            return false;
        try
        {
            value = result.GetValueOrDefault<T>()!;
            return value is not null && !result.Errors.Any();
        }
        catch (InvalidOperationException)
        {
            return false; // no such value; the parser says so
        }
    }

    private static double? ParseDecimal(ArgumentResult result, string name)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (
            DecimalNumber.TryParse(text, out var value, out var mark)
            && !(mark == ',' && DecimalNumber.MayBeThousands(text))
        )
            return value;
        result.AddError($"{name}: '{text}' is not a number such as 0.5.");
        return null;
    }

    /// <summary>Reads a regular expression; null for none.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Regex? Pattern(string? text, string option)
    {
        try
        {
            return text is null ? null : new Regex(text, RegexOptions.CultureInvariant, MatchTime);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{option}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Makes smaller values a usage error.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, T least)
        where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.TryGet(out T value) && value.CompareTo(least) < 0)
                result.AddError($"{option.Name} must be at least {least}.");
        });
        return option;
    }
}

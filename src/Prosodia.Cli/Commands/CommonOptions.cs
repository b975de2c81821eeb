using System.CommandLine;
using Prosodia.KeySegments;
using Prosodia.Segments;

namespace Prosodia.Cli.Commands;

/// <summary>Options that several verbs take, with one meaning everywhere.</summary>
internal static class CommonOptions
{
    public static Option<int> Seed() => new("--seed") { HelpName = "N", Description = "Same seed, same recordings, same machine: same figures", DefaultValueFactory = _ => 1 };

    public static Option<int?> Channel() => new("--channel") { Description = "Keep this channel, from 1 (otherwise all are averaged)", HelpName = "N" };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs instead of text for people" };

    public static Option<double> Beta()
    {
        var beta = new Option<double>("--beta") { HelpName = "N", Description = "Shot-boundary threshold over the mean distance; larger gives fewer key segments", DefaultValueFactory = _ => ShotBoundary.DefaultBeta };
        return beta.AtLeast(0.01);
    }

    public static Option<int> Starts() =>
        new Option<int>("--starts") { HelpName = "N", Description = "Starts of the clustering; the best is kept", DefaultValueFactory = _ => KernelKMeans.DefaultStarts }.AtLeast(1);

    public static Option<double?> SkipSilence()
    {
        var option = new Option<double?>("--skip-silence") { HelpName = "DB", Description = "Leave out key segments that are so many decibels quieter than the recording's loudest" };
        option.Validators.Add(r => { if (!r.Errors.Any() && r.GetValueOrDefault<double?>() is <= 0) r.AddError("--skip-silence must be above 0."); });
        return option;
    }

    /// <summary>An option that takes the names of an enumeration in lower case; the first is the default.</summary>
    public static Option<string> OneOf<T>(string name, string description) where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => names[0] };
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

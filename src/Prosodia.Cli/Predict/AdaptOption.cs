using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Prosodia.Cli.Hosting;
using Prosodia.Recognition;

namespace Prosodia.Cli.Predict;

/// <summary><c>--adapt</c>: what the features of recordings are standardized by.</summary>
internal sealed class AdaptOption
{
    /// <summary>Fewer recordings of a source than these are worth a warning.</summary>
    public const int FewRecordings = 10;

    private const string Collection = AdaptationProfile.Collection,
        Speaker = AdaptationProfile.Speaker;
    private const int MostWarnings = 5;
    private const double MuchBetter = 0.15; // UA

    /// <summary>The option itself.</summary>
    public Option<string?> Value { get; } =
        new("--adapt")
        {
            Description =
                "Compare each recording with others of its source, unlabeled: collection, all recordings given; "
                + "speaker, those of the same speaker in a manifest, elsewhere of the same folder, with "
                + "--per-channel those of the same channel; a file that adapt wrote. Of standard input, what came "
                + "before (speaker: on the same channel)",
            HelpName = "collection|speaker|FILE",
        };

    /// <summary>Says what adapting would bring where nothing is adapted and a model needs it.</summary>
    public void Recommend(ParseResult arguments, ModelCard card)
    {
        if (
            arguments.GetValue(Value) is null
            && card.Metrics.UaAdapted.TryGetValue(Collection, out var adapted)
            && adapted - card.Metrics.Ua > MuchBetter
        )
            Terminal.Hint(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{card.Name} needs adapting: on recordings of other sources than those of training its UA was "
                        + $"{card.Metrics.Ua:0.00} as it is, {adapted:0.00} with --adapt collection"
                )
            );
    }

    /// <summary>Whether recordings are measured by others that are given with them.</summary>
    public bool MeasuresInputs(SymbolResult arguments) => arguments.GetValue(Value) is Collection or Speaker;

    /// <summary>Adapts a job to the sources of its recordings, and says so.</summary>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="recognizer">Recognizes them.</param>
    /// <param name="job">The job.</param>
    /// <param name="files">Its recordings.</param>
    /// <param name="separate">Whether channels are kept apart.</param>
    /// <param name="speakerOf">The speaker of a recording, as a source of its own; null where none is known.</param>
    public void Apply(
        ParseResult arguments,
        RecognitionEngine recognizer,
        PredictionJob job,
        IReadOnlyList<string> files,
        bool separate,
        Func<string, string?> speakerOf
    )
    {
        if (arguments.GetValue(Value) is not { } to)
            return;
        if (to is not (Collection or Speaker))
        {
            job.AdaptTo(Opened(recognizer, to));
            return;
        }
        if (files.FirstOrDefault(f => File.Exists(f) && !FilePath.IsRegular(f)) is { } pipe)
            throw new UsageException($"--adapt {to} reads recordings twice, and {pipe} is no regular file");
        if (to == Speaker && separate)
        {
            job.AdaptToChannels();
            Terminal.Hint("Adapted to each channel of each recording");
            return;
        }
        var sources = job.AdaptToSources(
            files,
            file =>
                to == Collection
                    ? Collection
                    : $"{Speaker} {speakerOf(file) ?? Path.GetDirectoryName(Path.GetFullPath(file))}"
        );
        if (sources.Count == 0)
            return; // nobody speaks anywhere
        Terminal.Hint(
            sources.Count == 1
                ? $"Adapted to {sources.First()}"
                : $"Adapted to {sources.Count} speakers, {sources.Sum(s => s.Recordings)} recordings"
        );
        WarnOfFew(sources);
    }

    /// <summary>What standard input is adapted to; null for nothing.</summary>
    public Adaptation? OfStream(ParseResult arguments, RecognitionEngine recognizer, bool separate) =>
        arguments.GetValue(Value) switch
        {
            null => null,
            Collection => Adaptation.Running(perChannel: false),
            Speaker when separate => Adaptation.Running(perChannel: true),
            Speaker => throw new UsageException(
                "--adapt speaker knows the speakers of standard input by their channels only: add --per-channel, or "
                    + "choose --adapt collection"
            ),
            var file => Opened(recognizer, file),
        };

    /// <summary>Says which sources have few recordings.</summary>
    public static void WarnOfFew(IEnumerable<AdaptationProfile> sources)
    {
        AdaptationProfile[] few = [.. sources.Where(s => s.Recordings < FewRecordings)];
        foreach (var source in few.Take(MostWarnings))
            Terminal.Warning(
                $"{source.Source} has only {source.Recordings} recording{(source.Recordings == 1 ? "" : "s")} to adapt "
                    + $"to; {FewRecordings} or more help"
            );
        if (few.Length > MostWarnings)
            Terminal.Warning($"{few.Length - MostWarnings} more have as few");
    }

    private static Adaptation Opened(RecognitionEngine recognizer, string file)
    {
        if (!File.Exists(file))
            throw new InputException(
                file,
                Directory.Exists(file)
                    ? "is a folder, not a profile"
                    : $"does not exist, and is neither '{Collection}' nor '{Speaker}'",
                "Write a profile with: prosodia adapt RECORDINGS --out FILE"
            );
        var profile = AdaptationProfile.Open(file);
        var adaptation = recognizer.AdaptationTo(profile);
        Terminal.Hint($"Adapted to {profile}");
        return adaptation;
    }
}

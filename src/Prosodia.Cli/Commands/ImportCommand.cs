using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Cli.Commands;

/// <summary><c>import</c>: a corpus's folder becomes a manifest.</summary>
internal static class ImportCommand
{
    private const string Auto = "auto";

    public static Command Create()
    {
        var corpus = new Argument<string>("CORPUS")
        {
            HelpName = "CORPUS",
            Description =
                string.Join(", ", CorpusFormat.All.Select(f => f.Name))
                + "; auto for any of these; iemocap; emobox for its JSON lines; csv for any table; annotations for "
                + "corrected output of predict",
        };
        corpus.AcceptOnlyFromAmong([
            .. CorpusFormat.All.Select(f => f.Name),
            "iemocap",
            "emobox",
            Auto,
            "csv",
            "annotations",
        ]);
        var source = new Argument<string>("SOURCE")
        {
            Description =
                "The corpus's folder; with csv, the table; with emobox, a .jsonl; with annotations, a .csv or "
                + ".TextGrid",
        };
        var target = new Option<string>("--out")
        {
            Description = "The manifest to write, a CSV that you may edit",
            Required = true,
            HelpName = "FILE",
        };
        var verify = new Option<string?>("--verify")
        {
            Description = "Compare with the published files: a list of SHA-256 sums",
            HelpName = "SHA256FILE",
        };
        var withoutExcited = new Option<bool>("--without-excited")
        {
            Description = "iemocap: leave excited out instead of merging it into happy",
        };
        var whole = new Option<bool>("--all")
        {
            Description =
                "iemocap, msppodcast: keep recordings of other emotions, or of none that raters agree on, too; for "
                + "evaluate --target and --votes",
        };
        var style = CommonOptions.OneOf<IemocapStyle>("--style", "iemocap: which dialogues");
        var tiers = new Option<string[]>("--tier")
        {
            Description =
                "annotations: a tier of the TextGrid to read (default: those whose labels are emotions); may be "
                + "given several times",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        var speaker = new Option<string?>("--speaker")
        {
            Description =
                "emobox: what names the speaker in the path of a recording, its first group or all that matches "
                + "(default: as the corpus names its files, where that is known)",
            HelpName = "REGEX",
        };
        var columns = new Option<string?>("--columns")
        {
            Description = "csv: how the table calls its columns",
            HelpName = "path=...,speaker=...,emotion=...,sex=...",
        };
        var command = new Verb(
            "import",
            "Writes a corpus's manifest: one row a recording with path, speaker, sex and emotion.",
            """
            prosodia import emodb ~/corpora/emodb --out emodb.csv --verify sums.sha256
            prosodia import auto ~/corpora/CREMA-D --out cremad.csv
            prosodia import iemocap ~/IEMOCAP_full_release --out improvised.csv --style improvised
            prosodia import emobox EmoBox/data/cafe/cafe.jsonl --out cafe.csv --speaker "/(\d\d)-[A-Z]-"
            prosodia predict call.wav --format textgrid && praat call.TextGrid
            prosodia import annotations call.TextGrid --out call-manifest.csv
            prosodia import csv calls.csv --out calls-manifest.csv --columns path=file,speaker=agent,emotion=label
            """
        )
        {
            corpus,
            source,
            target,
            verify,
            withoutExcited,
            whole,
            style,
            columns,
            speaker,
            tiers,
            CommonOptions.Force(),
        };
        command.SetAction(arguments =>
        {
            var (from, to, problems) = (
                arguments.GetValue(source)!,
                arguments.GetValue(target)!,
                new List<InputException>()
            );
            OutputGuard.Claim(to);
            if (arguments.GetValue(verify) is { } list)
                OutputGuard.Reads(list);
            var kind = arguments.GetValue(corpus)!;
            var format = kind == Auto ? CorpusFormat.Of(from) : CorpusFormat.All.FirstOrDefault(f => f.Name == kind);
            if (kind == Auto)
                Terminal.Hint($"{from}: {format!.Name}");
            var isTextGrid = Path.GetExtension(from).Equals(".TextGrid", StringComparison.OrdinalIgnoreCase);
            if (arguments.GetValue(tiers) is { Length: > 0 } && !(kind == "annotations" && isTextGrid))
                throw new UsageException("--tier goes with a TextGrid of import annotations");
            if (kind == "annotations" && !FilePath.IsRegular(to))
                throw new UsageException("--out must be a file, since recordings are written next to it");
            var tally = new Tally(keepPaths: arguments.GetValue(verify) is not null);
            if (kind == "csv")
            {
                using var reader = ManifestReader.Open(from, ParseColumns(arguments.GetValue(columns)));
                if (reader.HasRaters)
                    new Manifest("", [.. tally.Of(reader.Rows(problems))], []).Write(to);
                else // as they are read, so that there may be any number
                    Manifest.Write(to, reader.Details, tally.Of(reader.Rows(problems)), reader.HasParts);
                foreach (var warning in reader.Warnings)
                    Terminal.Warning(warning);
            }
            else
            {
                var manifest = kind switch
                {
                    "msppodcast" => MspPodcast.Read(from, arguments.GetValue(whole)),
                    _ when format is not null => format.Read(from),
                    "iemocap" => Iemocap.Read(
                        from,
                        !arguments.GetValue(withoutExcited),
                        CommonOptions.Parse<IemocapStyle>(arguments.GetValue(style)!),
                        arguments.GetValue(whole)
                    ),
                    "emobox" => EmoBox.Read(from, CommonOptions.Pattern(arguments.GetValue(speaker), "--speaker")),
                    _ => AnnotationImporter.Cut(
                        from,
                        Path.ChangeExtension(to, null) + "-clips",
                        arguments.GetValue(tiers)
                    ),
                };
                foreach (var utterance in manifest.Utterances)
                    OutputGuard.Mentions(utterance.Path);
                foreach (var warning in manifest.Warnings)
                    Terminal.Warning(warning);
                (manifest with { Utterances = [.. tally.Of(manifest.Utterances)] }).Write(to);
                problems.AddRange(manifest.Problems);
            }
            tally.Print(to);
            var altered =
                arguments.GetValue(verify) is { } sums
                && !Verify(tally.Paths, format is null ? _ => true : format.Knows, sums);
            var code = Terminal.LeftOut(problems);
            return altered ? ExitCode.UnusableInput : code;
        });
        return command;
    }

    /// <summary>Says how the files compare with the published ones; false when some are not those.</summary>
    private static bool Verify(IEnumerable<string> paths, Func<string, bool> belongs, string sums)
    {
        var found = ChecksumList.Read(sums, belongs).Verify(paths);
        foreach (var name in found.Missing)
            Console.WriteLine($"  missing  {name}");
        foreach (var name in found.Altered)
            Console.WriteLine($"  altered  {name}");
        foreach (var name in found.Extra)
            Console.WriteLine($"  extra    {name}");
        Console.WriteLine(
            $"verified against {sums}: {found.Unaltered} unaltered, {found.Altered.Count} altered, "
                + $"{found.Missing.Count} missing, {found.Extra.Count} extra"
        );
        return found.Altered.Count == 0 && found.Extra.Count == 0;
    }

    private static Dictionary<string, string> ParseColumns(string? text)
    {
        var columns = Manifest.FixedColumns.ToDictionary(c => c);
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !columns.ContainsKey(parts[0]))
                throw new UsageException(
                    $"--columns: '{pair}' is not one of path=NAME, speaker=NAME, sex=NAME, emotion=NAME"
                );
            columns[parts[0]] = parts[1];
        }
        return columns;
    }

    /// <summary>Counts utterances as they pass.</summary>
    private sealed class Tally(bool keepPaths)
    {
        private readonly HashSet<string> _speakers = [];
        private readonly SortedDictionary<string, int> _emotions = new(StringComparer.Ordinal);

        public List<string> Paths { get; } = [];

        public IEnumerable<Utterance> Of(IEnumerable<Utterance> utterances)
        {
            foreach (var utterance in utterances)
            {
                _speakers.Add(utterance.Speaker);
                _emotions[utterance.Emotion] = _emotions.GetValueOrDefault(utterance.Emotion) + 1;
                if (keepPaths)
                    Paths.Add(utterance.Path);
                yield return utterance;
            }
        }

        public void Print(string manifest)
        {
            Terminal.Written(
                manifest,
                $"{manifest}: {_emotions.Values.Sum()} recordings, {_speakers.Count} speakers, {_emotions.Count} "
                    + "emotions"
            );
            foreach (var (emotion, count) in _emotions)
                Terminal.Written(manifest, $"  {emotion, -10} {count, 6}");
        }
    }
}

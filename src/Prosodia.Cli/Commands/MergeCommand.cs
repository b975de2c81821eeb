using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Cli.Predict;

namespace Prosodia.Cli.Commands;

/// <summary><c>merge</c>: predictions of shards as one file.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var parts = new Argument<string[]>("FILE")
        {
            Description = "The files that predict --shard wrote, in any order",
            Arity = ArgumentArity.OneOrMore,
        };
        var target = new Option<string>("--out")
        {
            Description = "The file of all",
            Required = true,
            HelpName = "FILE",
        };
        var command = new Verb(
            "merge",
            "Puts the predictions of shards together, with a check that none is missing, double or changed.",
            """
            prosodia predict calls.csv --format csv --shard 1/2 --out part-1.csv
            prosodia predict calls.csv --format csv --shard 2/2 --out part-2.csv
            prosodia merge part-*.csv --out calls-predicted.csv
            """
        )
        {
            parts,
            target,
            CommonOptions.Force(),
        };
        command.SetAction(arguments => Merge(arguments.GetValue(parts)!, arguments.GetValue(target)!));
        return command;
    }

    private static int Merge(string[] files, string target)
    {
        foreach (var file in files.Concat(files.Select(ShardNote.Beside)))
            OutputGuard.Reads(file);
        var parts = files
            .Select(file => (File: file, Note: ShardNote.Read(file)))
            .OrderBy(p => p.Note.Number)
            .ToArray();
        var first = parts[0];
        foreach (var (file, note) in parts)
        {
            if (
                note with
                {
                    Number = first.Note.Number,
                    Files = first.Note.Files,
                    LeftOut = first.Note.LeftOut,
                    Predictions = first.Note.Predictions,
                } != first.Note
                || Path.GetExtension(file) != Path.GetExtension(first.File)
            )
                throw new InputException(
                    file,
                    $"is of other recordings, another model, profile, threshold, form or number of shards than "
                        + first.File,
                    "Merge files of one run only"
                );
        }
        if (parts.GroupBy(p => p.Note.Number).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException(
                twice.Last().File,
                $"is shard {twice.Key} once more, as {twice.First().File} is",
                "Give each shard once"
            );
        var missing = Enumerable.Range(1, first.Note.Of).Except(parts.Select(p => p.Note.Number)).ToArray();
        if (missing.Length > 0)
            throw new InputException(
                target,
                $"would lack {missing.Length} of {first.Note.Of} shards "
                    + $"({string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", ..." : "")})",
                "Run them, and merge again"
            );
        OutputFile.Write(
            target,
            output =>
            {
                foreach (var (i, part) in parts.Index())
                    Append(
                        part.File,
                        output,
                        withoutHeader: i > 0
                            && Path.GetExtension(part.File).Equals(".csv", StringComparison.OrdinalIgnoreCase)
                    );
            }
        );
        Terminal.Written(
            target,
            $"{parts.Sum(p => p.Note.Files)} recordings, {parts.Sum(p => p.Note.LeftOut)} of them left out, from "
                + $"{parts.Length} shards: {target}"
        );
        return ExitCode.Done;
    }

    private static void Append(string file, Stream output, bool withoutHeader)
    {
        using var input = new BufferedStream(File.OpenRead(file), 1 << 16);
        while (withoutHeader && input.ReadByte() is >= 0 and not '\n')
        {
            // a header's names hold no line feed
        }
        input.CopyTo(output);
    }
}

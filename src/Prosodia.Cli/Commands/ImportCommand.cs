using System.CommandLine;
using Prosodia.Corpora;
using Prosodia.Timelines;

namespace Prosodia.Cli.Commands;

/// <summary><c>import</c>: a corpus's folder becomes a manifest.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var corpus = new Argument<string>("CORPUS") { Description = "emodb, ravdess, iemocap; csv for any table; annotations for corrected output of predict" };
        corpus.AcceptOnlyFromAmong("emodb", "ravdess", "iemocap", "csv", "annotations");
        var source = new Argument<string>("SOURCE") { Description = "The corpus's folder; with csv, the table; with annotations, a .csv or .TextGrid" };
        var target = new Option<string>("--out") { Description = "The manifest to write, a CSV that you may edit", Required = true, HelpName = "FILE" };
        var verify = new Option<string?>("--verify") { Description = "Compare with the published files: a list of SHA-256 sums", HelpName = "SHA256FILE" };
        var withoutExcited = new Option<bool>("--without-excited") { Description = "iemocap: leave excited out instead of merging it into happy" };
        var style = CommonOptions.OneOf<IemocapStyle>("--style", "iemocap: which dialogues");
        var columns = new Option<string?>("--columns") { Description = "csv: how the table calls its columns", HelpName = "path=...,speaker=...,emotion=...,sex=..." };
        var command = new Verb("import", "Writes a corpus's manifest: one row a recording with path, speaker, sex and emotion.", """
            prosodia import emodb ~/corpora/emodb --out emodb.csv --verify sums.sha256
            prosodia import iemocap ~/IEMOCAP_full_release --out improvised.csv --style improvised
            prosodia predict call.wav --format textgrid && praat call.TextGrid && prosodia import annotations call.TextGrid --out call-manifest.csv
            prosodia import csv calls.csv --out calls-manifest.csv --columns path=file,speaker=agent,emotion=label
            """)
        { corpus, source, target, verify, withoutExcited, style, columns };
        command.SetAction(arguments =>
        {
            var from = arguments.GetValue(source)!;
            var manifest = arguments.GetValue(corpus) switch
            {
                "emodb" => EmoDb.Read(from),
                "ravdess" => Ravdess.Read(from),
                "iemocap" => Iemocap.Read(from, !arguments.GetValue(withoutExcited), CommonOptions.Parse<IemocapStyle>(arguments.GetValue(style)!)),
                "annotations" => Annotations.Cut(from, Path.ChangeExtension(arguments.GetValue(target)!, null) + "-clips"),
                _ => Manifest.Read(from, ParseColumns(arguments.GetValue(columns))),
            };
            return Import(manifest, arguments.GetValue(corpus)!, arguments.GetValue(target)!, arguments.GetValue(verify));
        });
        return command;
    }

    private static int Import(Manifest manifest, string corpus, string target, string? sums)
    {
        manifest.Write(target);
        Console.WriteLine($"{target}: {manifest.Utterances.Count} recordings, {manifest.Speakers.Count} speakers, {manifest.Emotions.Count} emotions");
        foreach (var emotion in manifest.Emotions)
            Console.WriteLine($"  {emotion,-10} {manifest.Utterances.Count(u => u.Emotion == emotion),6}");
        var altered = sums is not null && !Verify(manifest, corpus, sums);
        var code = Terminal.LeftOut(manifest.Problems);
        return altered ? ExitCode.UnusableInput : code;
    }

    /// <summary>Says how the files compare with the published ones; false when some are not those.</summary>
    private static bool Verify(Manifest manifest, string corpus, string sums)
    {
        Func<string, bool> belongs = corpus switch
        {
            "emodb" => EmoDb.Knows,
            "ravdess" => Ravdess.Knows,
            _ => _ => true,
        };
        var found = ChecksumList.Read(sums, belongs).Verify(manifest.Utterances.Select(u => u.Path));
        foreach (var name in found.Missing) Console.WriteLine($"  missing  {name}");
        foreach (var name in found.Altered) Console.WriteLine($"  altered  {name}");
        foreach (var name in found.Extra) Console.WriteLine($"  extra    {name}");
        Console.WriteLine($"verified against {sums}: {found.Unaltered} unaltered, {found.Altered.Count} altered, {found.Missing.Count} missing, {found.Extra.Count} extra");
        return found.Altered.Count == 0 && found.Extra.Count == 0;
    }

    private static Dictionary<string, string> ParseColumns(string? text)
    {
        var columns = Manifest.FixedColumns.ToDictionary(c => c);
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !columns.ContainsKey(parts[0]))
                throw new UsageException($"--columns: '{pair}' is not one of path=NAME, speaker=NAME, sex=NAME, emotion=NAME");
            columns[parts[0]] = parts[1];
        }
        return columns;
    }
}

using System.CommandLine;
using System.Text.Json;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Reports;
using Prosodia.KeySegments;

namespace Prosodia.Cli.Commands;

/// <summary><c>inspect</c>: pictures of how recordings become key segments.</summary>
internal static class InspectCommand
{
    private const int SheetSize = 16;

    public static Command Create()
    {
        var input = new Argument<string>("FILE|MANIFEST") { Description = "A recording, or a manifest (.csv)" };
        var target = new Option<string>("--out")
        {
            Description = "The folder for the pictures",
            Required = true,
            HelpName = "DIR",
        };
        var keySegments = new KeySegmentOptionsBinder();
        var json = CommonOptions.Json();
        var command = new Verb(
            "inspect",
            "Draws how recordings become key segments; of a manifest 16 recordings, spread over its emotions.",
            """
            prosodia inspect interview.mp3 --out look
            prosodia inspect emodb.csv --out look --beta 1.5
            """
        )
        {
            input,
            target,
            json,
            CommonOptions.Force(),
        };
        keySegments.AddTo(command);
        command.SetAction(arguments =>
            Inspect(
                arguments.GetValue(input)!,
                arguments.GetValue(target)!,
                keySegments.Parse(arguments),
                keySegments.Channel(arguments),
                print: true,
                arguments.GetValue(json)
            )
        );
        return command;
    }

    /// <summary>Writes the pictures; gives the exit code.</summary>
    public static int Inspect(
        string input,
        string folder,
        KeySegmentOptions options,
        int? channel,
        bool print,
        bool json
    )
    {
        var problems = new List<InputException>();
        var isManifest = input.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        var manifest = isManifest ? Manifest.Read(input) : null;
        var chosen = manifest is null ? [new Utterance(input, "", "")] : Spread(manifest);
        var views = Terminal.WithProgress(progress =>
        {
            var views = new List<KeySegmentPlot>();
            foreach (var (i, utterance) in chosen.Index())
            {
                try
                {
                    var name = Path.GetFileName(utterance.Path) + utterance.Part;
                    var title = manifest is null ? name : $"{name}: speaker {utterance.Speaker}, {utterance.Emotion}";
                    var view = KeySegmentPlot.Read(utterance.Path, utterance.Part, title, options, channel);
                    foreach (var warning in view.Recording.Warnings)
                        Terminal.Warning(warning);
                    var picture = manifest is null ? name : $"{i + 1:00}-{name}"; // names may recur in other folders
                    OutputFile.Write(Path.Combine(folder, picture + ".png"), view.ToPng());
                    views.Add(view);
                }
                catch (InputException problem) when (manifest is not null)
                {
                    problems.Add(problem);
                }
                progress(new StageProgress("Drawing", i + 1, chosen.Count));
            }
            return views;
        });

        if (manifest is not null && views.Count > 0)
            OutputFile.Write(Path.Combine(folder, "sheet.png"), KeySegmentPlot.SheetToPng(views));
        if (print)
        {
            foreach (var view in views)
                Print(view, json);
            Terminal.Hint($"Pictures: {folder}{(manifest is null ? "" : ", all together in sheet.png")}");
        }
        return Terminal.LeftOut([.. manifest?.Problems ?? [], .. problems]);
    }

    /// <summary>
    /// Recordings of every emotion alternating, evenly spaced in the manifest and so from different speakers.
    /// </summary>
    private static IReadOnlyList<Utterance> Spread(Manifest manifest)
    {
        var emotions = manifest
            .Emotions.Select(e => manifest.Utterances.Where(u => u.Emotion == e).ToArray())
            .ToArray();
        var each = (SheetSize + emotions.Length - 1) / emotions.Length;
        var byTurns =
            from turn in Enumerable.Range(0, each)
            from recordings in emotions
            where turn < recordings.Length
            select recordings[turn * recordings.Length / Math.Min(each, recordings.Length)];
        return [.. byTurns.Take(SheetSize)];
    }

    private static void Print(KeySegmentPlot view, bool json)
    {
        var selection = view.Selection;
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        file = view.Title,
                        seconds = view.Recording.Seconds,
                        segments = view.Segments.Count,
                        k = selection.Boundaries.Clusters,
                        threshold = selection.Boundaries.Threshold,
                        distances = selection.Boundaries.Distances,
                        sigma_squared = selection.Kernel.SigmaSquared,
                        labels = selection.Clustering.Labels,
                        keys = selection.Keys.Select(k => new
                        {
                            segment = k.Segment,
                            start_s = k.StartSeconds,
                            cluster = k.Cluster,
                            cluster_size = k.ClusterSize,
                            squared_distance = k.SquaredDistance,
                        }),
                    }
                )
            );
            return;
        }
        Console.WriteLine(
            $"{view.Title}: {view.Recording.Seconds:0.00} s, {view.Segments.Count} segments, K = "
                + $"{selection.Boundaries.Clusters}"
        );
        Console.WriteLine("  key segment  start s  cluster  stands for  distance^2");
        foreach (var key in selection.Keys)
            Console.WriteLine(
                $"  {key.Segment, 11}  {key.StartSeconds, 7:0.000}  {key.Cluster, 7}  {key.ClusterSize, 10}  "
                    + $"{key.SquaredDistance, 10:0.0000}"
            );
    }
}

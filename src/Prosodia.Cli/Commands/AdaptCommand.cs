using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Cli.Predict;
using Prosodia.Recognition;

namespace Prosodia.Cli.Commands;

/// <summary><c>adapt</c>: measures a source of recordings, for predict, serve and the library to adapt to.</summary>
internal static class AdaptCommand
{
    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description =
                "Recordings of one source (a microphone, a call center, a person), unlabeled, of various emotions: "
                + "files, folders, patterns, manifests (.csv)",
            Arity = ArgumentArity.OneOrMore,
        };
        var target = new Option<string>("--out")
        {
            Description = "The profile to write",
            Required = true,
            HelpName = "FILE.json",
        };
        var name = new Option<string?>("--name")
        {
            Description = "What results call the source (default: the file's name)",
            HelpName = "NAME",
        };
        var channels = new Option<bool>("--per-channel")
        {
            Description = "Measure channels apart, for predict --per-channel; otherwise they are averaged",
        };
        var model = CommonOptions.EmotionModel();
        var command = new Verb(
            "adapt",
            "Measures how the recordings of a source differ from those of training, for predict --adapt FILE.",
            """
            prosodia adapt calls/ --out headset.json
            prosodia predict today/ --adapt headset.json
            prosodia adapt her-recordings/ --name Ada --out ada.json
            prosodia serve --profile headset=headset.json
            """
        )
        {
            inputs,
            target,
            name,
            channels,
            model,
            CommonOptions.Force(),
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    Run(
                        arguments.GetValue(inputs)!,
                        arguments.GetValue(target)!,
                        arguments.GetValue(name),
                        arguments.GetValue(channels),
                        arguments.GetValue(model),
                        cancellationToken
                    )
                )
        );
        return command;
    }

    private static int Run(
        string[] inputs,
        string target,
        string? name,
        bool separate,
        string? modelName,
        CancellationToken cancellationToken
    )
    {
        OutputGuard.Claim(target);
        using var model = CommonOptions.Open(modelName);
        var source = name ?? Path.GetFileNameWithoutExtension(target);
        var problems = new List<InputException>();
        string[] files = [.. InputFiles.Find(inputs, problems).Distinct()];
        foreach (var file in files)
            OutputGuard.Reads(file);
        var found = problems.Count;
        var profiles = Terminal.WithProgress(progress =>
            new SourceMeasurement(model, separate).Measure(
                files,
                (_, _) => source,
                problems.Add,
                done => progress(new StageProgress("Measuring", done, files.Length)),
                cancellationToken
            )
        );
        if (!profiles.TryGetValue(source, out var profile))
        {
            foreach (var problem in problems)
                Terminal.Warning(problem.Message);
            throw new InputException(
                string.Join(", ", inputs),
                "has no recording in which speech is found",
                "Give recordings in which someone speaks"
            );
        }
        profile.Save(target);
        AdaptOption.WarnOfFew([profile]);
        Terminal.Written(target, $"{profile}, of {files.Length - (problems.Count - found)} files: {target}");
        return Terminal.LeftOut(problems);
    }
}

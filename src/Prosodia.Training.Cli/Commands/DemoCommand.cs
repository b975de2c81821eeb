using System.CommandLine;
using Prosodia.Cli.Commands;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>demo</c>: the whole job on a corpus that it synthesizes itself.</summary>
internal static class DemoCommand
{
    private const int Epochs = 30; // enough for this small corpus

    public static Command Create()
    {
        var target = new Option<string>("--out") { Description = "The folder for everything", DefaultValueFactory = _ => "prosodia-demo", HelpName = "DIR" };
        var seed = CommonOptions.Seed();
        var command = new Verb("demo", TrainingVerbs.DescriptionOf("demo"), """
            prosodia demo --out try
            """)
        { target, seed, CommonOptions.Force() };
        command.SetAction((arguments, cancellationToken) => Task.FromResult(Demo(arguments.GetValue(target)!, arguments.GetValue(seed), cancellationToken)));
        return command;
    }

    private static int Demo(string folder, int seed, CancellationToken cancellationToken)
    {
        using var alone = FolderLock.Take(folder);
        var manifest = Path.Combine(folder, "synthetic.csv");
        SyntheticCorpus.Write(Path.Combine(folder, "recordings"), seed).Write(manifest);
        Console.WriteLine($"1/3 A synthetic corpus, to listen to: {Path.Combine(folder, "recordings")}, listed in {manifest}");

        InspectCommand.Inspect(manifest, Path.Combine(folder, "look"), new KeySegmentOptions(Seed: seed), channel: null, print: false, json: false);
        Console.WriteLine($"2/3 How recordings become key segments: {Path.Combine(folder, "look", "sheet.png")}");

        Console.WriteLine("3/3 A speaker-independent evaluation:");
        var options = new ExperimentOptions(Model.Compact, new SpeakerIndependent(), new KeySegmentOptions(Seed: seed),
            Model.Compact.TrainingOptions() with { Epochs = Epochs, Seed = seed })
        { Note = SyntheticCorpus.Note };
        return EvaluateCommand.Evaluate(Manifest.Read(manifest), options, Path.Combine(folder, "evaluation"), seeds: 1, new StudyRunner(restart: true, cancellationToken), json: false);
    }
}

using System.CommandLine;
using Prosodia.Audio;
using Prosodia.Cli.Commands;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Cli.Predict;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Recognition;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>demo</c>: the whole job on a corpus that it synthesizes itself.</summary>
internal static class DemoCommand
{
    private const int Epochs = 30; // enough for this small corpus

    public static Command Create()
    {
        var target = new Option<string>("--out")
        {
            Description = "The folder for everything",
            DefaultValueFactory = _ => "prosodia-demo",
            HelpName = "DIR",
        };
        var seed = CommonOptions.Seed();
        var command = new Verb(
            "demo",
            TrainingVerbs.DescriptionOf("demo"),
            """
            prosodia demo --out try
            """
        )
        {
            target,
            seed,
            CommonOptions.Force(),
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(Demo(arguments.GetValue(target)!, arguments.GetValue(seed), cancellationToken))
        );
        return command;
    }

    private static int Demo(string folder, int seed, CancellationToken cancellationToken)
    {
        using var alone = FolderLock.Take(folder);
        var manifest = Path.Combine(folder, "synthetic.csv");
        SyntheticCorpus.Write(Path.Combine(folder, "recordings"), seed).Write(manifest);
        Console.WriteLine(
            $"1/4 A synthetic corpus, to listen to: {Path.Combine(folder, "recordings")}, listed in {manifest}"
        );

        InspectCommand.Inspect(
            manifest,
            Path.Combine(folder, "look"),
            new KeySegmentOptions(Seed: seed),
            channel: null,
            print: false,
            json: false
        );
        Console.WriteLine($"2/4 How recordings become key segments: {Path.Combine(folder, "look", "sheet.png")}");

        var voices = RecognizeVoices(Path.Combine(folder, "voices"), seed, cancellationToken);

        Console.WriteLine("4/4 A speaker-independent evaluation of the synthetic corpus:");
        var options = new ExperimentOptions(
            Model.Compact,
            new SpeakerIndependent(),
            new KeySegmentOptions(Seed: seed),
            Model.Compact.TrainingOptions() with
            {
                Epochs = Epochs,
                Seed = seed,
            }
        )
        {
            Note = SyntheticCorpus.Note,
        };
        var code = EvaluateCommand.Evaluate(
            Manifest.Read(manifest),
            options,
            Path.Combine(folder, "evaluation"),
            seeds: 1,
            new StudyRunner(restart: true, cancellationToken),
            json: false
        );
        return Math.Max(code, voices);
    }

    /// <summary>
    /// Recognizes the recordings of real voices that come with the program, draws them, and says what to try next.
    /// </summary>
    private static int RecognizeVoices(string folder, int seed, CancellationToken cancellationToken)
    {
        foreach (var sample in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples")))
            OutputFile.Write(Path.Combine(folder, Path.GetFileName(sample)), File.ReadAllBytes(sample));
        string[] files = [.. FolderTree.Files(folder, []).Where(SoundFormat.HasExtension)];
        Console.WriteLine(
            "3/4 Real voices, two actors of CREMA-D whom the bundled model was not trained on; they acted what "
                + "their names say (ANG, HAP, NEU, SAD):"
        );
        using var recognizer = new RecognitionEngine();
        var job = new PredictionJob(recognizer, files, separate: false, folder, cancellationToken);
        job.Write(files, new PredictionWriter(recognizer.Card, PredictionFormat.Table), target: null, streamed: false);
        InspectCommand.Inspect(
            Path.Combine(folder, "samples.csv"),
            folder,
            new KeySegmentOptions(Seed: seed),
            channel: null,
            print: false,
            json: false
        );
        Console.WriteLine(
            $"""
            their timelines: {folder}; their key segments: {Path.Combine(folder, "sheet.png")}
            To try next: ./prosodia predict YOUR-RECORDING --explain; ./prosodia serve; your own corpus: docs/corpora.md
            """
        );
        return Terminal.LeftOut(job.Problems);
    }
}

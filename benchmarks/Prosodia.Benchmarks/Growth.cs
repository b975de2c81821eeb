using System.Diagnostics;
using System.Globalization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Protocols;
using Prosodia.KeySegments;
using Prosodia.Training.Experiments;
using Prosodia.Training.Learners;
using static TorchSharp.torch;

namespace Prosodia.Benchmarks;

/// <summary>
/// How time and memory of one fold of a model in closed form grow with the recordings: those of a corpus, repeated,
/// with other speakers each time. Each number of recordings has a process of its own.
/// </summary>
internal static class Growth
{
    private const string One = "one";

    /// <summary>Runs with the model's name, a manifest and numbers of recordings.</summary>
    public static void Run(string[] args)
    {
        if (args is [One, var name, var manifest, var count])
            RunOne(Enum.Parse<Model>(name, ignoreCase: true), manifest, int.Parse(count, CultureInfo.InvariantCulture));
        else
            foreach (var recordings in args[2..])
            {
                string[] one = [typeof(Growth).Assembly.Location, "growth", One, args[0], args[1], recordings];
                using var process = Process.Start("dotnet", one);
                process.WaitForExit();
            }
    }

    private static void RunOne(Model model, string manifest, int count)
    {
        var folder = Directory.CreateTempSubdirectory("growth-").FullName;
        try
        {
            var options = new ExperimentOptions(
                model,
                new LeaveOneSpeakerOut(),
                new KeySegmentOptions(),
                model.TrainingOptions()
            );
            var once = ExperimentCorpus.Read(
                Manifest.Read(manifest),
                options,
                Path.Combine(folder, "measured"),
                _ => { },
                CancellationToken.None
            );
            var corpus = Repeated(once, count);
            string[] tested = [.. corpus.Utterances.Speakers().Take(corpus.Utterances.Speakers().Length / 10 + 1)];
            int[] all = [.. Enumerable.Range(0, count)];
            var parts = new FoldParts(
                [.. all.Where(u => !tested.Contains(corpus.Utterances[u].Speaker))],
                [],
                [.. all.Where(u => tested.Contains(corpus.Utterances[u].Speaker))]
            );
            set_num_threads(1); // as a fold has
            var watch = Stopwatch.StartNew();
            var classifier = corpus.Learner(model, options.Training);
            classifier.Run(parts, 1, Path.Combine(folder, "fold"), _ => { }, CancellationToken.None);
            var peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e9;
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{model}, {count} recordings at {classifier.Speeds[0]} speeds: {watch.Elapsed.TotalSeconds:0} s, "
                ) + FormattableString.Invariant($"{peak:0.00} GB at its peak")
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ExperimentCorpus Repeated(ExperimentCorpus once, int count)
    {
        var n = once.Utterances.Count;
        IReadOnlyList<float[]> Items(IReadOnlyList<float[]> items) => new LazyList<float[]>(count, i => items[i % n]);
        return once with
        {
            Utterances =
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i =>
                        once.Utterances[i % n] with
                        {
                            Path = $"{i}",
                            Speaker = $"{once.Utterances[i % n].Speaker} {i / n}",
                        }
                    ),
            ],
            Items = once.Items.ToDictionary(i => i.Key, i => Items(i.Value)),
            Perturbed = once.Perturbed.ToDictionary(
                p => p.Key,
                p => (IReadOnlyList<IReadOnlyList<float[]>>)[.. p.Value.Select(Items)]
            ),
        };
    }
}

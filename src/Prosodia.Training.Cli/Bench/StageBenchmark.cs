using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Features;
using Prosodia.KeySegments;
using Prosodia.Training.Data;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;
using Prosodia.Training.Torch;
using static TorchSharp.torch;

namespace Prosodia.Training.Cli.Bench;

/// <summary>What is timed.</summary>
internal enum Stage
{
    Read,
    Prosody,
    Select,
    EncodeOne,
    Encode,
    EncodeInt8,
    Train,
    Whole,
    WholeInt8,
    Warm,
}

/// <summary>
/// Times our stages on some recordings, each with all cores but for hand-made features, which one core makes.
/// </summary>
internal sealed class StageBenchmark(
    IReadOnlyList<string> files,
    SegmentEncoder fp32,
    SegmentEncoder int8,
    SegmentEncoder allCores
)
{
    private const int OneByOne = 16,
        Classes = 4,
        Epochs = 20; // as the peer does
    private const int Repeats = 20; // of stages that take milliseconds
    private static readonly KeySegmentOptions Options = new(Beta: 1.5); // the peer's

    private readonly Recording[] _recordings = [.. files.Select(f => AudioFile.Read(f))];

    /// <summary>Seconds of all recordings.</summary>
    public double AudioSeconds => _recordings.Sum(r => r.Seconds);

    /// <summary>Key segments of all recordings.</summary>
    public int KeySegments { get; private set; }

    /// <summary>The worst and the median cosine of 8-bit and fp32 features.</summary>
    public (double Least, double Median) Cosine { get; private set; }

    /// <summary>Times every stage once: seconds of audio, segments, utterances or utterance-epochs a second.</summary>
    public Dictionary<Stage, double> Run()
    {
        var rates = new Dictionary<Stage, double>
        {
            [Stage.Read] =
                Repeats
                * AudioSeconds
                / Seconds(() => EachInTurn(Repeats * files.Count, i => AudioFile.Read(files[i % files.Count]))),
            [Stage.Prosody] =
                AudioSeconds
                / Seconds(() =>
                {
                    foreach (var recording in _recordings)
                        new ProsodicFeatures(recording).Features();
                }),
            [Stage.Select] = Repeats * AudioSeconds / Seconds(Select),
        };
        var items = _recordings
            .Select(r =>
            {
                var speech = new SegmentedSpeech(r.Samples);
                int[] keys = [.. KeySegmentSelection.Select(speech, Options).Keys.Select(k => k.Segment)];
                return (Count: keys.Length, Values: fp32.Write(speech, keys));
            })
            .ToArray();
        KeySegments = items.Sum(i => i.Count);
        float[] one = items[0].Values[..SegmentSpectrogram.Size];
        rates[Stage.EncodeOne] =
            OneByOne
            / Seconds(() =>
            {
                for (var i = 0; i < OneByOne; i++)
                    allCores.EncodeItems(one, 1);
            });
        (var features, rates[Stage.Encode]) = Encode(fp32);
        (var features8, rates[Stage.EncodeInt8]) = Encode(int8);
        double[] cosines =
        [
            .. features
                .Zip(features8)
                .SelectMany(f =>
                    f.First.Chunk(fp32.Features)
                        .Zip(
                            f.Second.Chunk(fp32.Features),
                            (a, b) => (double)TensorPrimitives.CosineSimilarity<float>(a, b)
                        )
                )
                .Order(),
        ];
        Cosine = (cosines[0], cosines[cosines.Length / 2]);
        rates[Stage.Train] = Environment.ProcessorCount * (double)Epochs * files.Count / Seconds(() => Train(features));
        (rates[Stage.Whole], _) = Whole(fp32);
        (rates[Stage.WholeInt8], rates[Stage.Warm]) = Whole(int8);
        return rates;

        (float[][] Features, double Rate) Encode(SegmentEncoder encoder)
        {
            var encoded = new float[items.Length][];
            return (
                encoded,
                KeySegments
                    / Seconds(() =>
                        EachInTurn(items.Length, i => encoded[i] = encoder.EncodeItems(items[i].Values, items[i].Count))
                    )
            );
        }
    }

    private void Select()
    {
        var stft = new SegmentSpectrogram();
        EachInTurn(
            Repeats * _recordings.Length,
            i =>
            {
                var speech = new SegmentedSpeech(_recordings[i % _recordings.Length].Samples);
                var keys = KeySegmentSelection.Select(speech, Options).Keys;
                stft.Magnitudes(speech, keys.Select(k => k.Segment), new float[keys.Count * SegmentSpectrogram.Size]);
            }
        );
    }

    /// <summary>As cross-validation trains: one network a core.</summary>
    private void Train(float[][] features)
    {
        int[] all = [.. Enumerable.Range(0, features.Length)];
        var set = new SequenceSet(InputKind.KeyFeatures, features, [fp32.Features]);
        Thread[] workers =
        [
            .. Enumerable
                .Range(1, Environment.ProcessorCount)
                .Select(seed => new Thread(() =>
                {
                    set_num_threads(1);
                    using var scope = NewDisposeScope();
                    using var generator = new Generator((ulong)seed);
                    var options = new TrainingOptions
                    {
                        Epochs = Epochs,
                        ValidateEvery = Epochs,
                        Seed = seed,
                    };
                    using var network = new BiLstmClassifier(
                        fp32.Features,
                        Classes,
                        options.Dropout,
                        generator
                    ).Initialize(generator);
                    using var normalizer = Standardizer.Fit(set, all);
                    new Trainer(
                        set,
                        network,
                        new ClassObjective([.. all.Select(i => i % Classes)], Classes, options.LabelSmoothing),
                        options
                    ).Train(all, all[..1], normalizer);
                })),
        ];
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
    }

    private (double Rate, double WarmRate) Whole(SegmentEncoder encoder)
    {
        var folder = Directory.CreateTempSubdirectory("prosodia-bench-");
        try
        {
            var extraction = new FeatureExtraction(encoder, new FeatureOptions(Options));
            Utterance[] utterances = [.. files.Select(f => new Utterance(f, "", ""))];
            double Once() =>
                files.Count
                / Seconds(() =>
                {
                    using var cache = extraction.OpenCache(folder.FullName);
                    var corpus = extraction.Run(utterances, cache);
                    foreach (var utterance in corpus.Utterances)
                        corpus.Of(utterance);
                });
            return (Once(), Once());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void EachInTurn(int count, Action<int> work) =>
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, count), EnumerablePartitionerOptions.NoBuffering),
            work
        );

    private static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}

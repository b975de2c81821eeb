using Prosodia.KeySegments;
using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

/// <summary>Alone in its collection: it counts the process's live tensors.</summary>
[Collection(nameof(LiveTensors))]
[Trait("Tier", "Slow")]
public sealed class TrainerTests
{
    [CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
    public sealed class LiveTensors;

    [Fact]
    public void Live_tensors_stay_constant_over_epochs()
    {
        using var generator = new Generator(1);
        using var network = new CompactNetwork(
            features => new BiLstmClassifier(features, 2, 0.4, generator),
            0.4,
            generator
        );
        var set = Tones(16, [KeySpectrograms.Bands, SegmentSpectrogram.Frames]);
        int[] train = [.. Enumerable.Range(0, 12)],
            validation = [12, 13, 14, 15];
        using var normalizer = Standardizer.Fit(set, train);
        GC.Collect(); // what other tests left must not go while this one counts
        GC.WaitForPendingFinalizers();
        var live = new List<long>();
        new Trainer(
            set,
            network,
            Targets.Alternating(60),
            new TrainingOptions
            {
                Epochs = 8,
                ValidateEvery = 2,
                Batch = 6,
            }
        ).Train(train, validation, normalizer, _ => live.Add(Tensor.TotalCount));
        Assert.Single(live.Skip(1).Distinct()); // gradients come in the first epoch
    }

    [Fact]
    public void Learns_what_can_be_learnt_and_keeps_the_best_epoch()
    {
        using var generator = new Generator(1);
        using var network = new BiLstmClassifier(8, 2, 0.2, generator);
        var set = Tones(60, [8]);
        int[] train = [.. Enumerable.Range(0, 40)],
            validation = [.. Enumerable.Range(40, 20)];
        using var normalizer = Standardizer.Fit(set, train);
        var trainer = new Trainer(set, network, Targets.Alternating(60), new TrainingOptions { Epochs = 30 });
        var (best, loss) = trainer.Train(train, validation, normalizer);
        Assert.Equal(loss.Where(l => l.Validation is not null).MinBy(l => l.Validation)!.Epoch, best);
        Assert.All(loss, l => Assert.Equal(l.Epoch % 5 == 0, l.Validation is not null));
        var right = trainer.Predict(validation, normalizer).Zip(validation).Count(p => p.First[p.Second % 2] > 0.5);
        Assert.Equal(20, right);
    }

    [Fact]
    public async Task Training_survives_the_garbage_collector_at_any_moment()
    {
        // TorchSharp doesn't keep a Scalar alive during the native call that reads it; a collection at that moment
        // frees it. What other tests left would make each collection slow.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var done = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        int[] all = [.. Enumerable.Range(0, 40)];
        using var generator = new Generator(1);
        using var bilstm = new BiLstmClassifier(8, 2, 0.2, generator);
        Train(bilstm, Tones(40, [8]));
        using var contours = new ContourNetwork(8, 2, 0.2, generator);
        Train(contours, Tones(40, [8]) with { Kind = InputKind.Contours });
        using var compact = new CompactNetwork(
            features => new MeanClassifier(features, 2, 0.2, generator),
            0.2,
            generator
        );
        Train(compact, Tones(40, [KeySpectrograms.Bands, SegmentSpectrogram.Frames]), epochs: 3);
        var set = Tones(40, [8]) with { Kind = InputKind.Prosody };
        set = set with { Sequences = [.. set.Sequences.Select(s => s[..8])] };
        var prosody = new ClosedFormLearner(
            [set],
            [.. all.Select(i => $"{i / 4}")],
            null,
            Targets.Of([.. all.Select(i => i % 2)], 2)
        );
        for (var i = 0; i < 2; i++)
            prosody.Run(new FoldParts([.. all[..30]], [.. all[30..35]], [.. all[35..]]), i, "", _ => { }, default);
        await done.CancelAsync();
        await collector;

        void Train(nn.Module<Tensor, Tensor, Tensor> network, SequenceSet set, int epochs = 6)
        {
            using var normalizer = Standardizer.Fit(set, all);
            new Trainer(
                set,
                network,
                Targets.Alternating(60),
                new TrainingOptions
                {
                    Epochs = epochs,
                    Patience = 30,
                    Batch = 4,
                }
            ).Train(all, all, normalizer);
        }
    }

    [Fact]
    public void A_last_batch_of_one_utterance_with_one_key_segment_can_be_trained_on()
    {
        using var generator = new Generator(1);
        using var network = new CompactNetwork(
            features => new BiLstmClassifier(features, 2, 0.4, generator),
            0.4,
            generator
        );
        var set = Tones(5, [KeySpectrograms.Bands, SegmentSpectrogram.Frames]);
        using var normalizer = Standardizer.Fit(set, [0, 1, 2, 3, 4]);
        new Trainer(set, network, Targets.Alternating(60), new TrainingOptions { Epochs = 12, Batch = 2 }).Train(
            [0, 1, 2, 3, 4],
            [0, 1],
            normalizer
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Patience_shorter_than_the_way_to_the_first_validation_waits_for_it(int patience)
    {
        using var generator = new Generator(1);
        using var network = new BiLstmClassifier(8, 2, 0, generator);
        var set = Tones(8, [8]);
        using var normalizer = Standardizer.Fit(set, [0, 1, 2, 3]);
        var (best, _) = new Trainer(
            set,
            network,
            Targets.Alternating(60),
            new TrainingOptions { Patience = patience, Epochs = 20 }
        ).Train([0, 1, 2, 3], [4, 5], normalizer);
        Assert.InRange(best, 5, 20);
    }

    [Fact]
    public void Validation_of_emotions_that_training_lacks_has_a_loss()
    {
        using var generator = new Generator(1);
        using var network = new BiLstmClassifier(8, 2, 0, generator);
        var set = Tones(8, [8]);
        using var normalizer = Standardizer.Fit(set, [0, 2, 4]);
        var (best, _) = new Trainer(set, network, Targets.Alternating(60), new TrainingOptions { Epochs = 5 }).Train(
            [0, 2, 4],
            [1, 3],
            normalizer
        ); // the first class trains, the second validates
        Assert.Equal(5, best);
    }

    [Fact]
    public void Training_that_diverges_says_so()
    {
        using var generator = new Generator(1);
        using var network = new BiLstmClassifier(8, 2, 0, generator);
        var set = Tones(8, [8]);
        using var normalizer = Standardizer.Fit(set, [0, 1, 2, 3]);
        var error = Assert.Throws<InputException>(() =>
            new Trainer(
                set,
                network,
                Targets.Alternating(60),
                new TrainingOptions { LearningRate = 1e30, Epochs = 10 }
            ).Train([0, 1, 2, 3], [4, 5], normalizer)
        );
        Assert.Contains("--learning-rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using var generator = new Generator(1);
        using var network = new BiLstmClassifier(8, 2, 0, generator);
        var set = Tones(20, [8]);
        using var normalizer = Standardizer.Fit(set, [0, 1, 2]);
        using var cancellationToken = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            new Trainer(set, network, Targets.Alternating(60), new TrainingOptions()).Train(
                [0, 1, 2, 3],
                [4, 5],
                normalizer,
                _ => cancellationToken.Cancel(),
                cancellationToken.Token
            )
        );
    }

    [Fact]
    public void Answers_are_the_geometric_mean_over_speeds()
    {
        using var scope = NewDisposeScope();
        using var network = new MeanClassifier(8, 2, 0, new Generator(1));
        var (slow, fast) = (
            Tones(6, [8]),
            Tones(6, [8]) with
            {
                Sequences = [.. Tones(6, [8]).Sequences.Select(s => s.Select(x => 3 - x).ToArray())],
            }
        );
        using var normalizer = Standardizer.None(slow);
        double[][] Of(SequenceSet set) =>
            new Trainer(set, network, Targets.Alternating(60), new TrainingOptions()).Predict(
                [0, 1, 2, 3, 4, 5],
                normalizer
            );
        var (one, other, both) = (Of(slow), Of(fast), Of(slow with { Perturbed = [fast.Sequences] }));
        for (var u = 0; u < 6; u++)
            Assert.Equal(Math.Sqrt(one[u][0] * other[u][0] / (one[u][1] * other[u][1])), both[u][0] / both[u][1], 1e-5);
    }

    [Fact]
    public void Normalizer_uses_training_utterances_only_and_keeps_constants_finite()
    {
        using var scope = NewDisposeScope();
        var set = new SequenceSet(
            InputKind.KeyFeatures,
            [
                [1, 5, 3, 5],
                [3, 5],
                [1e6f, 1e6f],
            ],
            [2]
        );
        using var normalizer = Standardizer.Fit(set, [0, 1]);
        var (items, lengths) = set.Batch([.. set.Sequences.Take(2)]);
        Assert.Equal([2L, 1L], lengths.data<long>().ToArray());
        var values = normalizer.Apply(items).data<float>().ToArray();
        Assert.All(values, v => Assert.True(float.IsFinite(v)));
        Assert.Equal(0, values[0] + values[2] + values[4], 1e-5); // the first feature: mean 0
        Assert.Equal(0, values[1]); // the second: constant
    }

    /// <summary>Two classes that differ in the mean of their items; sequences of 1 to 4 items.</summary>
    private static SequenceSet Tones(int count, long[] shape)
    {
        var random = new Random(7);
        var size = (int)shape.Aggregate(1L, (a, b) => a * b);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 2)];
        return new SequenceSet(
            shape.Length == 2 ? InputKind.KeySpectrograms : InputKind.KeyFeatures,
            [
                .. labels.Select(
                    (label, i) =>
                        Enumerable
                            .Range(0, size * (1 + i % 4))
                            .Select(_ => (float)(random.NextDouble() + label))
                            .ToArray()
                ),
            ],
            shape
        );
    }
}

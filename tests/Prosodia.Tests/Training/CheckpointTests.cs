using Prosodia.KeySegments;
using Prosodia.Training.Data;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;
using Prosodia.Training.Torch;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class CheckpointTests : IDisposable
{
    private const int Epochs = 7;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(nameof(InputKind.KeySpectrograms))]
    [InlineData(nameof(InputKind.Contours))]
    [InlineData(nameof(InputKind.KeyFeatures))]
    public void Interrupted_training_ends_with_the_same_weights(string name)
    {
        var input = Enum.Parse<InputKind>(name);
        var undisturbed = Train(input, _folder["calm"], stopAfter: null);
        foreach (var stop in new[] { 1, 4, 5 })
            Assert.Throws<OperationCanceledException>(() => Train(input, _folder["kept"], stop));
        var resumed = Train(input, _folder["kept"], stopAfter: null);
        Assert.Equal([6, 7], resumed.TrainedNow);
        Same(undisturbed, resumed);
        var again = Train(input, _folder["kept"], stopAfter: null);
        Assert.Empty(again.TrainedNow);
        Same(undisturbed, again);
    }

    [Fact]
    public void A_damaged_checkpoint_is_as_none()
    {
        var undisturbed = Train(InputKind.KeyFeatures, _folder["kept"], stopAfter: null);
        var bytes = File.ReadAllBytes(_folder["kept"]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_folder["kept"], bytes);
        var again = Train(InputKind.KeyFeatures, _folder["kept"], stopAfter: null);
        Assert.Equal(Epochs, again.TrainedNow.Count);
        Same(undisturbed, again);
    }

    [Fact]
    public void Counted_random_numbers_are_those_of_the_seed()
    {
        var (plain, counted, skipped) = (new Random(5), new ReplayableRandom(5), new ReplayableRandom(5));
        Assert.Equal(Draw(plain), Draw(counted));
        skipped.Skip(counted.Draws);
        Assert.Equal(Draw(plain), Draw(skipped));

        static double[] Draw(Random random)
        {
            int[] order = [.. Enumerable.Range(0, 20)];
            random.Shuffle(order);
            return
            [
                .. order.Select(i => (double)i),
                random.NextDouble(),
                random.NextSingle(),
                random.Next(7),
                random.Next(3, 900),
            ];
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void Same(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Best, actual.Best);
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.Probabilities, actual.Probabilities);
    }

    private sealed record Outcome(
        List<int> TrainedNow,
        int Best,
        IReadOnlyList<Prosodia.Evaluation.Runs.LossPoint> Loss,
        double[][] Probabilities
    );

    private static Outcome Train(InputKind input, string file, int? stopAfter)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using nn.Module<Tensor, Tensor, Tensor> network = input switch
        {
            InputKind.KeySpectrograms => new CompactNetwork(
                features => new BiLstmClassifier(features, 2, 0.3, generator),
                0.3,
                generator
            ).Initialize(generator),
            InputKind.Contours => new ContourNetwork(8, 2, 0.3, generator).Initialize(generator),
            _ => new BiLstmClassifier(8, 2, 0.3, generator).Initialize(generator),
        };
        long[] shape = input == InputKind.KeySpectrograms ? [KeySpectrograms.Bands, SegmentSpectrogram.Frames] : [8];
        var (random, size, items) = (
            new Random(7),
            (int)shape.Aggregate(1L, (a, b) => a * b),
            input == InputKind.Contours ? 30 : 2
        );
        int[] all = [.. Enumerable.Range(0, 24)],
            train = all[..16],
            validation = all[16..];
        var set = new SequenceSet(
            input,
            [
                .. all.Select(u =>
                    Enumerable
                        .Range(0, size * (items + u % 3))
                        .Select(_ => (float)(random.NextDouble() + u % 2))
                        .ToArray()
                ),
            ],
            shape
        );
        using var normalizer = Standardizer.Fit(set, train);
        using var stop = new CancellationTokenSource();
        var (epochs, trainer) = (
            new List<int>(),
            new Trainer(
                set,
                network,
                Targets.Alternating(24),
                new TrainingOptions
                {
                    Epochs = Epochs,
                    ValidateEvery = 2,
                    Batch = 6,
                }
            )
        );
        var (best, loss) = trainer.Train(
            train,
            validation,
            normalizer,
            point =>
            {
                epochs.Add(point.Epoch);
                if (point.Epoch == stopAfter)
                    stop.Cancel();
            },
            stop.Token,
            new Checkpoint(file, generator, TimeSpan.Zero)
        );
        return new Outcome(epochs, best, loss, trainer.Predict(validation, normalizer));
    }
}

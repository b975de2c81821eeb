using Prosodia.Evaluation.Encoders;
using Prosodia.Training.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class BiLstmClassifierTests
{
    [Fact]
    public void Log_probabilities_are_PyTorchs_for_sequences_of_different_length()
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var golden = TestData.Golden("bilstm.json");
        var network = Formula();
        var lengths = golden.GetProperty("lengths").Ints();
        var frames = tensor(DeterministicWeights.Fill(4 * 7 * 1000, 5).Select(f => (float)f).ToArray())
            .reshape(4, 7, 1000);
        var items = cat([.. lengths.Select((n, i) => frames[i][TensorIndex.Slice(0, n)])]);

        var scores = network.forward(items, tensor(lengths.Select(n => (long)n).ToArray()));
        var output = nn.functional.log_softmax(scores, 1).data<float>().ToArray();

        Assert.Equal(
            golden.GetProperty("parameters").EnumerateArray().Select(e => e.GetString()),
            network.named_parameters().Select(p => p.name)
        );
        var expected = golden
            .GetProperty("log_probabilities")
            .EnumerateArray()
            .SelectMany(row => row.Doubles())
            .ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], output[i], 1e-5);
    }

    [Fact]
    public void An_utterance_scores_alike_alone_and_in_any_batch()
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var network = Formula();
        using var generator = new Generator(3);
        Tensor[] utterances = [.. new[] { 3, 1, 8 }.Select(n => randn(n, 1000, generator: generator))];
        var together = network.forward(cat(utterances), tensor(new long[] { 3, 1, 8 }));
        foreach (var (i, one) in utterances.Index())
        {
            var alone = network.forward(one, tensor(new[] { one.shape[0] }));
            Assert.True((alone[0] - together[i]).abs().max().item<float>() < 1e-5);
        }
    }

    private static BiLstmClassifier Formula()
    {
        var network = new BiLstmClassifier(1000, 4, dropout: 0, new Generator(1));
        foreach (var (i, (_, parameter)) in network.named_parameters().Index())
            parameter.copy_(
                tensor(DeterministicWeights.Fill((int)parameter.numel(), i).Select(f => (float)(f * 0.08)).ToArray())
                    .reshape(parameter.shape)
            );
        network.eval();
        return network;
    }
}

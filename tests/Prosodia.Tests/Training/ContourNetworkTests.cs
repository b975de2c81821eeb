using Prosodia.Training.Networks;
using Prosodia.Training.Torch;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class ContourNetworkTests
{
    [Fact]
    public void What_is_said_of_an_utterance_does_not_depend_on_the_others_of_its_batch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = new ContourNetwork(5, 3, 0.4, generator).Initialize(generator);
        foreach (
            var (name, gain) in network
                .named_buffers()
                .Where(b => b.name.EndsWith("running_mean", StringComparison.Ordinal))
        )
            gain.add_(0.3); // as after training
        network.eval();
        int[] frames = [1, 7, 40, 23];
        var items = randn([frames.Sum(), 5], generator: generator);
        var together = network.call(items, tensor(frames.Select(f => (long)f).ToArray()));
        var from = 0;
        foreach (var (i, count) in frames.Index())
        {
            var alone = network.call(items.narrow(0, from, count), tensor(new[] { (long)count }));
            Assert.True(alone.allclose(together[i].unsqueeze(0), rtol: 1e-4, atol: 1e-5), $"{count} frames");
            from += count;
        }
    }
}

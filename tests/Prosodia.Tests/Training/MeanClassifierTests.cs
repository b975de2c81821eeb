using Prosodia.Training.Networks;
using Prosodia.Training.Torch;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class MeanClassifierTests
{
    [Fact]
    public void The_order_of_items_has_no_say()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = new MeanClassifier(8, 3, dropout: 0, generator).Initialize(generator);
        var items = randn(5, 8, generator: generator);
        var turned = cat([
            items[2].unsqueeze(0),
            items[0].unsqueeze(0),
            items[1].unsqueeze(0),
            items[4].unsqueeze(0),
            items[3].unsqueeze(0),
        ]);
        var lengths = tensor(new long[] { 3, 2 });
        var (one, other) = (network.forward(items, lengths), network.forward(turned, lengths));
        Assert.True((one - other).abs().max().item<float>() < 1e-6);
    }
}

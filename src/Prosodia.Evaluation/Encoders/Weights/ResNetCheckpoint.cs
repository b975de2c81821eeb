using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>Makes the encoder out of the tensors of a ResNet, named as torchvision and timm name them.</summary>
internal static class ResNetCheckpoint
{
    private const string FirstConvolution = "conv1.weight",
        Wrapper = "module."; // of torch.nn.DataParallel

    /// <summary>Builds the model, the first convolution summed over its input channels.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, misshapen or too many, or a number is
    /// none.</exception>
    public static (ResNet Network, ModelProto Model) ToOnnx(IEnumerable<WeightTensor> tensors)
    {
        var found = new Dictionary<string, WeightTensor>();
        foreach (var tensor in tensors)
            found[
                tensor.Name.StartsWith(Wrapper, StringComparison.Ordinal) ? tensor.Name[Wrapper.Length..] : tensor.Name
            ] = tensor;
        if (!found.ContainsKey(FirstConvolution))
            throw new InvalidDataException(
                $"it has no tensor '{FirstConvolution}', which every ResNet of torchvision or timm has; its "
                    + $"{found.Count} tensors begin with {Some(found.Keys)}"
            );
        var network = ResNet.Of(found.Keys) ?? ResNet.ResNet101; // and then what that would need is missing
        foreach (var (name, shape) in network.Tensors)
            Require(name, shape);
        var known = network.Tensors.Select(t => t.Name).ToHashSet();
        string[] more =
        [
            .. found.Keys.Where(n =>
                !known.Contains(n) && !n.EndsWith("num_batches_tracked", StringComparison.Ordinal)
            ),
        ];
        if (more.Length > 0)
            throw new InvalidDataException(
                $"it has {more.Length} tensors that {network.Name} has not, such as {Some(more)}: it is another "
                    + "architecture"
            );
        return (
            network,
            network.ToOnnx(name => name == FirstConvolution ? SumOverChannels(Finite(name), 7 * 7) : Finite(name))
        );

        void Require(string name, int[] shape)
        {
            if (!found.TryGetValue(name, out var tensor))
                throw new InvalidDataException(
                    $"it has no tensor '{name}' of shape [{OnnxTensor.Shape(shape)}]: it is not a whole {network.Name}"
                );
            if (name == FirstConvolution && tensor.Shape is [64, 3, 7, 7])
                return;
            if (!tensor.Shape.SequenceEqual(shape.Select(s => (long)s)))
                throw new InvalidDataException(
                    $"tensor '{name}' has the shape [{OnnxTensor.Shape(tensor.Shape)}], expected "
                        + $"[{(name == FirstConvolution ? "64, 3, 7, 7" : OnnxTensor.Shape(shape))}]"
                );
        }

        float[] Finite(string name)
        {
            var values = found[name].Read();
            return values.All(float.IsFinite)
                ? values
                : throw new InvalidDataException($"tensor '{name}' holds a value that is no number");
        }
    }

    /// <summary>
    /// Kernels (outputs, channels, size) summed to (outputs, 1, size): a gray image then gives what three equal
    /// channels gave.
    /// </summary>
    public static float[] SumOverChannels(float[] kernels, int size, int outputs = 64)
    {
        var channels = kernels.Length / outputs / size;
        var sums = new float[outputs * size];
        for (var o = 0; o < outputs; o++)
        for (var i = 0; i < channels * size; i++)
            sums[o * size + i % size] += kernels[o * channels * size + i];
        return sums;
    }

    private static string Some(IEnumerable<string> names) => string.Join(", ", names.Take(3).Select(n => $"'{n}'"));
}

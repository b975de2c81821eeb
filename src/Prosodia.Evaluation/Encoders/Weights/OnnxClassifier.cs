using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>Makes the encoder out of an ONNX ResNet for color images, such as the ONNX model zoo's.</summary>
internal static class OnnxClassifier
{
    private const int MinOperatorSet = 7,
        MinIrVersion = 4; // from IR version 4 on, constants need not be inputs

    /// <summary>
    /// Changes a classifier of (N, 3, height, width) to one of (N, 1, any height, any width).
    /// </summary>
    /// <exception cref="InvalidDataException">It is another architecture or holds what cannot be changed.</exception>
    public static (ResNet Network, ModelProto Model) ToOnnx(ModelProto model)
    {
        var graph = model.Graph;
        var constants = graph.Constants();
        var opset = model
            .OpsetImport.Where(o => o.Domain is "" or "ai.onnx")
            .Select(o => o.Version)
            .DefaultIfEmpty(0)
            .Max();
        if (opset < MinOperatorSet)
            throw new InvalidDataException($"it uses operator set {opset}, expected at least {MinOperatorSet}");
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !constants.ContainsKey(i.Name))];
        if (inputs is not [var image] || image.Type?.TensorType?.Shape?.Dim is not [_, { DimValue: 3 }, _, _])
            throw new InvalidDataException(
                $"its inputs are {string.Join(", ", inputs.Select(Shown))}, expected one image [N, 3, height, width]"
            );
        var network = NetworkOf(graph, constants);
        if (graph.Output.Count == 0)
            throw new InvalidDataException("it has no output");

        NodeProto[] first = [.. graph.Readers()[image.Name]];
        if (
            first is not [{ OpType: "Conv", Input.Count: > 1 } conv]
            || !constants.TryGetValue(conv.Input[1], out var kernels)
        )
            throw new InvalidDataException(
                $"its image is read by {string.Join(", ", first.Select(n => n.OpType))}, expected a convolution "
                    + "with constant weights"
            );
        var summed = ResNetCheckpoint.SumOverChannels(kernels.Floats(), 7 * 7);
        graph.Constant<float>(kernels.Name + ".summed", summed, 64, 1, 7, 7);
        conv.Input[1] = kernels.Name + ".summed";

        if (graph.Node[^1] is { OpType: "Softmax" } softmax)
        {
            graph.Output[0].Name = softmax.Input[0];
            graph.Node.Remove(softmax);
        }
        var output = graph.Output[0].Name;
        graph.Input.Clear();
        graph.Input.Add(OnnxModel.Value(image.Name, null, 1, null, null));
        graph.Output.Clear();
        graph.Output.Add(OnnxModel.Value(output, null, ResNet.Outputs));
        graph.ValueInfo.Clear();
        model.IrVersion = Math.Max(model.IrVersion, MinIrVersion);
        return (network, model);
    }

    private static string Shown(ValueInfoProto input) =>
        $"'{input.Name}' [{OnnxTensor.Shape(input.Type?.TensorType?.Shape?.Dim.Select(d => d.DimValue) ?? [])}]";

    /// <summary>The network with as many convolutions of each size, whatever their order and names.</summary>
    private static ResNet NetworkOf(GraphProto graph, Dictionary<string, TensorProto> constants)
    {
        var found = graph
            .Node.Where(n => n.OpType == "Conv" && n.Input.Count > 1 && constants.ContainsKey(n.Input[1]))
            .Select(n => constants[n.Input[1]])
            .CountBy(t => OnnxTensor.Shape(t.Dims))
            .ToDictionary();
        if (
            ResNet.All.FirstOrDefault(r => Kernels(r) is { } e && e.Count == found.Count && !e.Except(found).Any()) is
            { } network
        )
            return network;
        var expected = Kernels(ResNet.ResNet101);
        foreach (var (shape, count) in expected)
            if (found.GetValueOrDefault(shape) != count)
                throw new InvalidDataException(
                    $"it has {found.GetValueOrDefault(shape)} convolutions with weights [{shape}], ResNet-101 "
                        + $"has {count}: it is another architecture"
                );
        throw new InvalidDataException(
            $"it has convolutions with weights [{found.Keys.First(s => !expected.ContainsKey(s))}], ResNet-101 has "
                + "none: it is another architecture"
        );
    }

    private static Dictionary<string, int> Kernels(ResNet network) =>
        network
            .Tensors.Where(t => t.Shape.Length == 4)
            .Select(t => t.Name == "conv1.weight" ? [64, 3, 7, 7] : t.Shape)
            .CountBy(OnnxTensor.Shape)
            .ToDictionary();
}

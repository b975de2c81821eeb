namespace Prosodia.Evaluation.Onnx;

/// <summary>
/// Makes a convolution and the batch norm after it one convolution with a bias, which gives the same numbers faster.
/// </summary>
internal static class BatchNormFolding
{
    private const float DefaultEpsilon = 1e-5f; // of ONNX and of PyTorch

    /// <summary>Folds every batch norm that alone reads a convolution with constant weights.</summary>
    /// <exception cref="InvalidDataException">A tensor is not what its operator needs.</exception>
    public static void Apply(GraphProto graph)
    {
        var constants = graph.Constants();
        var readers = graph.Readers();
        foreach (var conv in graph.Node.Where(n => n.OpType == "Conv").ToArray())
        {
            if (readers[conv.Output[0]].ToArray() is not [{ OpType: "BatchNormalization" } norm])
                continue;
            if (conv.Input.Concat(norm.Input).Skip(1).Any(i => i != conv.Output[0] && !constants.ContainsKey(i)))
                continue;
            Fold(conv, norm, constants);
            graph.Node.Remove(norm);
        }
        graph.RemoveUnreadConstants();

        void Fold(NodeProto conv, NodeProto norm, Dictionary<string, TensorProto> tensors)
        {
            var weight = tensors[conv.Input[1]];
            var kernel = weight.Floats();
            float[] Part(int index) => Floats(tensors[norm.Input[index]], (int)weight.Dims[0]);
            float[] gain = Part(1),
                shift = Part(2),
                mean = Part(3),
                variance = Part(4);
            float[] bias = conv.Input.Count > 2 ? Floats(tensors[conv.Input[2]], gain.Length) : new float[gain.Length];
            var epsilon = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? DefaultEpsilon;
            var perOutput = kernel.Length / gain.Length;
            for (var o = 0; o < gain.Length; o++)
            {
                var scale = gain[o] / MathF.Sqrt(variance[o] + epsilon);
                bias[o] = shift[o] + (bias[o] - mean[o]) * scale;
                for (var i = 0; i < perOutput; i++)
                    kernel[o * perOutput + i] *= scale;
            }
            var name = norm.Output[0];
            graph.Constant<float>(name + ".folded.weight", kernel, [.. weight.Dims]);
            graph.Constant<float>(name + ".folded.bias", bias, gain.Length);
            var data = conv.Input[0];
            conv.Input.Clear();
            conv.Input.Add([data, name + ".folded.weight", name + ".folded.bias"]);
            conv.Output[0] = name;
        }
    }

    private static float[] Floats(TensorProto tensor, int expected)
    {
        var values = tensor.Floats();
        return values.Length == expected
            ? values
            : throw new InvalidDataException(
                $"tensor '{tensor.Name}' holds {values.Length} numbers, expected {expected}"
            );
    }
}

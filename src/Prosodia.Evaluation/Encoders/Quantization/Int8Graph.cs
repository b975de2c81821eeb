using System.Runtime.Intrinsics.X86;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Quantization;

/// <summary>
/// Rewrites a network so that convolutions run on 8-bit integers: activations unsigned, one scale a tensor; weights
/// signed, one scale an output channel. Written as pairs of QuantizeLinear and DequantizeLinear, which ONNX Runtime
/// fuses with the operators between them. Source: Jacob et al., Quantization and Training of Neural Networks, CVPR
/// 2018.
/// </summary>
internal sealed class Int8Graph
{
    /// <summary>
    /// Bits of a weight: 8 where the processor adds products at 32 bits (VNNI, Arm), 7 where pairs of them saturate at
    /// 16.
    /// </summary>
    public static int WeightBits { get; } = AddsAtFullWidth() ? 8 : 7;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly ILookup<string, NodeProto> _readers;
    private readonly Dictionary<string, NodeProto> _producers;

    /// <summary>
    /// Looks at a network whose batch norms are folded. The graph is changed by <see cref="Quantize"/> only.
    /// </summary>
    public Int8Graph(GraphProto graph)
    {
        _graph = graph;
        _constants = graph.Constants();
        _readers = graph.Readers();
        _producers = graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
    }

    /// <summary>The convolutions with constant weights, in the order of the graph.</summary>
    public IEnumerable<NodeProto> Convolutions =>
        _graph.Node.Where(n =>
            n.OpType == "Conv" && _constants.ContainsKey(n.Input[1]) && n.Input.Skip(2).All(_constants.ContainsKey)
        );

    /// <summary>The tensors whose ranges are needed to quantize some convolutions.</summary>
    public HashSet<string> Activations(IEnumerable<NodeProto> convolutions)
    {
        var tensors = convolutions.SelectMany(c => new[] { c.Input[0], Result(c) }).ToHashSet();
        foreach (var node in _graph.Node) // in the order of computation, so one pass is enough
        {
            if (node.OpType == "Add" && node.Input.All(tensors.Contains))
                tensors.Add(Result(node));
            if (node.OpType == "MaxPool" && tensors.Contains(node.Input[0]))
                tensors.Add(node.Output[0]);
        }
        return tensors;
    }

    /// <summary>Quantizes the convolutions of some names, and the additions and poolings between them.</summary>
    public void Quantize(IReadOnlySet<string> chosen, IReadOnlyDictionary<string, (float Min, float Max)> ranges)
    {
        var tensors = Activations(_graph.Node.Where(n => chosen.Contains(n.Name)));
        NodeProto[] nodes = [.. _graph.Node];
        _graph.Node.Clear();
        foreach (var input in _graph.Input.Select(i => i.Name).Where(tensors.Contains))
            Requantize(input, input, ranges[input]);
        foreach (var node in nodes)
        {
            string input = node.Input.FirstOrDefault(""),
                output = node.Output[0];
            for (var i = 0; i < node.Input.Count; i++)
                if (tensors.Contains(node.Input[i]))
                    node.Input[i] += ".int8";
            if (
                node.OpType == "Relu"
                && tensors.Contains(output)
                && ranges[output].Min == 0
                && _producers[node.Input[0]].OpType is "Conv" or "Add"
            )
            {
                // unsigned values from zero up: the Relu is in the rounding
                Requantize(node.Input[0], output, ranges[output]);
                continue;
            }
            if (chosen.Contains(node.Name))
                QuantizeWeights(node, node.Name, Scale(ranges[input]).Scale);
            _graph.Node.Add(node);
            var poolsIntegers = node.OpType == "MaxPool" && tensors.Contains(input); // which keep their scale
            if (tensors.Contains(output))
                Requantize(output, output, ranges[poolsIntegers ? input : output]);
        }
        var used = _graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var unused in _constants.Values.Where(t => !used.Contains(t.Name)))
            _graph.Initializer.Remove(unused);
    }

    /// <summary>Adds a copy of a convolution that runs on 8 bits; gives the name of its output.</summary>
    public string QuantizedCopy(NodeProto conv, string name, (float Min, float Max) range)
    {
        var copy = conv.Clone();
        (copy.Name, copy.Output[0]) = (name, name);
        Requantize(conv.Input[0], name + ".input", range);
        copy.Input[0] = name + ".input.int8";
        QuantizeWeights(copy, name, Scale(range).Scale);
        _graph.Node.Add(copy);
        return name;
    }

    /// <summary>What follows an operator: its output, or that of the Relu that alone reads it.</summary>
    private string Result(NodeProto node) =>
        _readers[node.Output[0]].ToArray() is [{ OpType: "Relu" } relu] ? relu.Output[0] : node.Output[0];

    private void Requantize(string from, string tensor, (float Min, float Max) range)
    {
        var (scale, zero) = Scale(range);
        string s = _graph.Constant<float>(tensor + ".scale", [scale]),
            z = _graph.Constant<byte>(tensor + ".zero", [zero]);
        _graph.Operator("QuantizeLinear", tensor + ".quantized", [from, s, z]);
        _graph.Operator("DequantizeLinear", tensor + ".int8", [tensor + ".quantized", s, z]);
    }

    private static (float Scale, byte Zero) Scale((float Min, float Max) range)
    {
        var scale = Math.Max((range.Max - range.Min) / byte.MaxValue, 1e-12f);
        return (scale, (byte)Math.Clamp(MathF.Round(-range.Min / scale), 0, byte.MaxValue));
    }

    private void QuantizeWeights(NodeProto conv, string name, float inputScale)
    {
        var weight = _constants[conv.Input[1]];
        var values = weight.Floats();
        var outputs = (int)weight.Dims[0];
        var each = values.Length / outputs;
        var quantized = new sbyte[values.Length];
        var scales = new float[outputs];
        for (var o = 0; o < outputs; o++)
        {
            var row = values.AsSpan(o * each, each);
            var scale = scales[o] = Math.Max(
                Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(row)) / ((1 << (WeightBits - 1)) - 1),
                1e-12f
            );
            for (var i = 0; i < each; i++)
                quantized[o * each + i] = (sbyte)MathF.Round(row[i] / scale);
        }
        conv.Input[1] = Dequantized<sbyte>(name + ".weight", quantized, [.. weight.Dims], scales);
        if (conv.Input.Count < 3)
            return;
        var bias = _constants[conv.Input[2]].Floats();
        float[] biasScales = [.. scales.Select(s => s * inputScale)];
        conv.Input[2] = Dequantized<int>(
            name + ".bias",
            [.. bias.Zip(biasScales, (b, s) => (int)Math.Clamp(Math.Round(b / s), int.MinValue, int.MaxValue))],
            [outputs],
            biasScales
        );
    }

    private string Dequantized<T>(string name, ReadOnlySpan<T> values, long[] shape, float[] scales)
        where T : unmanaged
    {
        _graph.Constant(name + ".quantized", values, shape);
        _graph.Constant<float>(name + ".scales", scales, scales.Length);
        _graph.Constant<T>(name + ".zeros", new T[scales.Length], scales.Length);
        _graph.Node.Add(
            OnnxModel
                .Node("DequantizeLinear", name + ".int8", [name + ".quantized", name + ".scales", name + ".zeros"])
                .With("axis", 0)
        );
        return name + ".int8";
    }

    private static bool AddsAtFullWidth()
    {
        if (!X86Base.IsSupported)
            return true;
        var (largest, _, _, _) = X86Base.CpuId(0, 0);
        if (largest < 7)
            return false;
        var (subleaves, _, features, _) = X86Base.CpuId(7, 0);
        // AVX512_VNNI, AVX-VNNI
        return (features & 1 << 11) != 0 || subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & 1 << 4) != 0;
    }
}

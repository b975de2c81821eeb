using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Quantization;

/// <summary>What each convolution alone would lose on 8 bits, fed with the fp32 network's activations.</summary>
internal static class LayerErrors
{
    /// <summary>
    /// The energy of the error over that of the output, with the convolution's name, in the order given.
    /// </summary>
    public static IReadOnlyList<(string Layer, double Error)> Measure(
        ModelProto model,
        IReadOnlyList<NodeProto> convolutions,
        IReadOnlyDictionary<string, (float Min, float Max)> ranges,
        IEnumerable<OrtValue> inputs
    )
    {
        var probed = model.Clone();
        var graph = probed.Graph;
        var rewriter = new Int8Graph(graph);
        var axes = graph.Constant<long>("probe.axes", [0, 1], 2); // rank-free: the rest is flattened before
        string[] outputs = [.. convolutions.SelectMany(conv => Probe(conv))];
        graph.Output.Add(outputs.Select(o => new ValueInfoProto { Name = o }));
        using var session = probed.Open();
        using var options = new RunOptions();
        var energies = new double[outputs.Length];
        foreach (var input in inputs)
        {
            using var values = session.Run(options, session.InputNames, [input], outputs);
            for (var i = 0; i < outputs.Length; i++)
                energies[i] += values[i].GetTensorDataAsSpan<float>()[0];
        }
        return
        [
            .. convolutions.Select((conv, i) => (conv.Name, energies[2 * i] / Math.Max(energies[2 * i + 1], 1e-30))),
        ];

        IEnumerable<string> Probe(NodeProto conv)
        {
            var copy = rewriter.QuantizedCopy(conv, "probe." + conv.Name, ranges[conv.Input[0]]);
            var difference = graph.Operator("Sub", $"{copy}.difference", [copy, conv.Output[0]]);
            foreach (var tensor in new[] { difference, conv.Output[0] })
            {
                var flat = graph.Operator("Flatten", $"{copy}.{tensor}.flat", [tensor]);
                graph.Node.Add(
                    OnnxModel
                        .Node(
                            "ReduceSum",
                            $"{copy}.{tensor}.energy",
                            [graph.Operator("Mul", $"{copy}.{tensor}.square", [flat, flat]), axes]
                        )
                        .With("keepdims", 0)
                );
                yield return $"{copy}.{tensor}.energy";
            }
        }
    }
}

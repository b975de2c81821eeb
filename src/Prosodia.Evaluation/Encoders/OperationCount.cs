using Prosodia.Audio;
using Prosodia.Encoders;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// Multiplications and additions of a network's convolutions and matrix products, from the shapes that they have when
/// it runs.
/// </summary>
internal static class OperationCount
{
    /// <summary>Counts what an encoder of whole utterances does for a recording.</summary>
    /// <param name="encoder">The encoder, opened from a file.</param>
    /// <param name="recording">The recording.</param>
    public static double Of(UtteranceEncoder encoder, Recording recording)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(recording);
        var model = OnnxModel.Read(encoder.Name);
        var graph = model.Graph;
        var constants = graph.Constants();
        NodeProto[] counted = [.. graph.Node.Where(n => n.OpType is "Conv" or "MatMul" or "Gemm")];
        string[] shown =
        [
            .. counted
                .SelectMany(n => new[] { n.Output[0], n.Input[0] })
                .Except(graph.Input.Select(i => i.Name))
                .Except(constants.Keys)
                .Distinct(),
        ];
        graph.Output.Clear();
        foreach (var name in shown)
            graph.Output.Add(new ValueInfoProto { Name = name });
        using var session = model.Open();
        var shapes = encoder.ShapesOf(session, recording.Samples, shown);
        return counted.Sum(node =>
        {
            var output = shapes[node.Output[0]].Aggregate(1.0, (a, b) => a * b);
            return 2 * output * Inner(node);
        });

        // products that a number of the output is the sum of
        double Inner(NodeProto node) =>
            node.OpType switch
            {
                "Conv" => constants[node.Input[1]].Dims.Skip(1).Aggregate(1.0, (a, b) => a * b),
                _ when constants.TryGetValue(node.Input[1], out var weights) => weights.Dims[
                    node.Attribute.Any(a => a is { Name: "transB", I: 1 }) ? 1 : weights.Dims.Count - 2
                ],
                _ => shapes[node.Input[0]][^1],
            };
    }
}

using Microsoft.ML.OnnxRuntime;
using Prosodia.Audio;
using Prosodia.Encoders;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// Multiplications and additions of a network's convolutions and matrix products, from the shapes that they have when
/// it runs.
/// </summary>
internal sealed class OperationCount : IDisposable
{
    private readonly UtteranceEncoder _encoder;
    private readonly NodeProto[] _counted;
    private readonly Dictionary<string, long[]> _constants;
    private readonly string[] _shown;
    private readonly InferenceSession _session;

    /// <summary>Prepares the count.</summary>
    /// <param name="encoder">The encoder, opened from a file; it stays its owner's.</param>
    public OperationCount(UtteranceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
        var model = OnnxModel.Read(encoder.Name);
        var graph = model.Graph;
        _constants = graph.Initializer.ToDictionary(t => t.Name, t => t.Dims.ToArray());
        _counted = [.. graph.Node.Where(n => n.OpType is "Conv" or "MatMul" or "Gemm")];
        _shown =
        [
            .. _counted
                .SelectMany(n => new[] { n.Output[0], n.Input[0], n.Input[1] })
                .Except(graph.Input.Select(i => i.Name))
                .Except(_constants.Keys)
                .Distinct(),
        ];
        graph.Output.Clear();
        foreach (var name in _shown)
            graph.Output.Add(new ValueInfoProto { Name = name });
        _session = model.Open();
    }

    /// <summary>What is done for a recording.</summary>
    public double Of(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return _encoder.ShapesOf(_session, recording.Samples, _shown).Sum(Of);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private double Of(IReadOnlyDictionary<string, long[]> shapes) =>
        _counted.Sum(node => 2 * Product(shapes[node.Output[0]]) * Inner(node, shapes));

    /// <summary>Products that a number of the output is the sum of.</summary>
    private double Inner(NodeProto node, IReadOnlyDictionary<string, long[]> shapes)
    {
        var weights = _constants.GetValueOrDefault(node.Input[1]) ?? shapes[node.Input[1]];
        return node.OpType == "Conv"
            ? Product(weights[1..])
            : weights[node.Attribute.Any(a => a is { Name: "transB", I: 1 }) ? ^1 : ^2];
    }

    private static double Product(long[] shape) => shape.Aggregate(1.0, (a, b) => a * b);
}

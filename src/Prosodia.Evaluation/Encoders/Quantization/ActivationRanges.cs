using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Quantization;

/// <summary>The smallest and largest value that tensors of a network take on calibration inputs.</summary>
internal static class ActivationRanges
{
    /// <summary>Runs a network on inputs and watches some of its tensors.</summary>
    public static Dictionary<string, (float Min, float Max)> Measure(
        ModelProto model,
        IReadOnlyCollection<string> tensors,
        IEnumerable<OrtValue> inputs
    )
    {
        var watched = model.Clone();
        var declared = watched
            .Graph.Output.Select(o => o.Name)
            .Concat(watched.Graph.Input.Select(i => i.Name))
            .ToHashSet();
        watched.Graph.Output.Add(
            tensors.Where(t => !declared.Contains(t)).Select(t => new ValueInfoProto { Name = t })
        );
        using var session = watched.Open();
        string[] computed = [.. tensors.Where(t => t != session.InputNames[0])];
        // zero must be among the values that int8 can express
        var ranges = tensors.ToDictionary(t => t, _ => (Min: 0f, Max: 0f));
        using var options = new RunOptions();
        foreach (var input in inputs)
        {
            Widen(session.InputNames[0], input);
            using var outputs = session.Run(options, session.InputNames, [input], computed);
            foreach (var (name, value) in computed.Zip(outputs))
                Widen(name, value);
        }
        return ranges;

        void Widen(string name, OrtValue value)
        {
            if (!ranges.TryGetValue(name, out var range))
                return;
            var values = value.GetTensorDataAsSpan<float>();
            ranges[name] = (
                Math.Min(range.Min, System.Numerics.Tensors.TensorPrimitives.Min(values)),
                Math.Max(range.Max, System.Numerics.Tensors.TensorPrimitives.Max(values))
            );
        }
    }
}

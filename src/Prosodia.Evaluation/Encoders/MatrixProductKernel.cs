using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// A product of two matrices of 32-bit floats in the engine that runs encoders: what their speed is measured against.
/// Thread-safe.
/// </summary>
internal sealed class MatrixProductKernel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue _left;

    /// <summary>Prepares (rows, inner) times a constant (inner, columns).</summary>
    public MatrixProductKernel(int rows, int inner, int columns)
    {
        var model = OnnxModel.Create(("left", [rows, inner]), ("product", [rows, columns]));
        model.Graph.Constant<float>(
            "right",
            [.. DeterministicWeights.Fill(inner * columns, 1).Select(x => (float)x)],
            inner,
            columns
        );
        model.Graph.Operator("MatMul", "product", ["left", "right"]);
        _session = model.Open();
        _left = OrtValue.CreateTensorValueFromMemory(
            DeterministicWeights.Fill(rows * inner, 2).Select(x => (float)x).ToArray(),
            [rows, inner]
        );
    }

    /// <summary>Multiplies on the thread that calls.</summary>
    public void Run()
    {
        using var options = new RunOptions();
        _session.Run(options, _session.InputNames, [_left], _session.OutputNames).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _left.Dispose();
        _session.Dispose();
    }
}

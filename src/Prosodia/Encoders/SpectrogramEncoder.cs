using Microsoft.ML.OnnxRuntime;
using Prosodia.Spectrograms;

namespace Prosodia.Encoders;

/// <summary>Runs an ONNX model from spectrograms (N, 1, 257, 63) to feature vectors. Thread-safe.</summary>
public sealed class SpectrogramEncoder : IDisposable
{
    private const int Batch = 32; // bounds memory; the rate is the same from 1 to 32

    private readonly InferenceSession _session;
    private readonly int _features;

    /// <summary>Loads a model.</summary>
    /// <param name="onnx">The bytes of the ONNX file.</param>
    /// <param name="features">Numbers that a spectrogram becomes.</param>
    public SpectrogramEncoder(byte[] onnx, int features)
    {
        _session = new InferenceSession(onnx);
        _features = features;
    }

    /// <summary>Encodes spectrograms.</summary>
    /// <param name="spectrograms">(N, 257, 63), row-major.</param>
    /// <returns>(N, features), row-major.</returns>
    public float[] Encode(float[] spectrograms)
    {
        ArgumentNullException.ThrowIfNull(spectrograms);
        var count = spectrograms.Length / Stft.Size;
        var features = new float[count * _features];
        for (var first = 0; first < count; first += Batch)
        {
            var n = Math.Min(Batch, count - first);
            using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
                spectrograms.AsMemory(first * Stft.Size, n * Stft.Size), [n, 1, Stft.Bins, Stft.Frames]);
            using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
                features.AsMemory(first * _features, n * _features), [n, _features]);
            using var options = new RunOptions();
            _session.Run(options, _session.InputNames, [input], _session.OutputNames, [output]);
        }
        return features;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}

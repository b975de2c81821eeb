using Microsoft.ML.OnnxRuntime;

namespace Prosodia.Encoders;

/// <summary>
/// The mean and the deviation over time of what each layer gives, over the true length of an utterance, from stretches
/// as they come; of vectors the mean over stretches alone.
/// </summary>
/// <param name="outputs">What is read of the network.</param>
internal sealed class LayerStatistics(EncoderOutputs outputs)
{
    private double _frames;

    // (layers, features)
    private double[] _sum = [],
        _squares = [];

    /// <summary>Layers that were found.</summary>
    public int Layers { get; private set; }

    /// <summary>Numbers of a frame.</summary>
    public int Features { get; private set; }

    /// <summary>Adds a stretch.</summary>
    /// <param name="values">The outputs, with a batch of one.</param>
    /// <param name="item">What was encoded.</param>
    /// <param name="seconds">The length of the stretch, by which vectors are weighted.</param>
    public void Add(IReadOnlyList<OrtValue> values, EncoderItem item, double seconds)
    {
        (Layers, Features) = (outputs.LayersOf(values), EncoderOutputs.WidthOf(values));
        if (_sum.Length == 0)
            (_sum, _squares) = (new double[Layers * Features], new double[Layers * Features]);
        var weight = outputs.Rank == 2 ? seconds : 1;
        _frames += weight * outputs.FramesOf(values, 0, item).Length / Features;
        for (var layer = 0; layer < Layers; layer++)
            Add(outputs.FramesOf(values, layer, item), layer, weight);
    }

    /// <summary>
    /// (layers, 2 features) with the means and the deviations of each layer, or (1, features) of a vector.
    /// </summary>
    public float[] ToArray()
    {
        var isVector = outputs.Rank == 2;
        var perLayer = isVector ? Features : 2 * Features;
        var result = new float[Layers * perLayer];
        for (var layer = 0; layer < Layers; layer++)
        for (var f = 0; f < Features; f++)
        {
            var mean = _sum[layer * Features + f] / _frames;
            result[layer * perLayer + f] = (float)mean;
            if (!isVector)
                result[layer * perLayer + Features + f] = (float)
                    Math.Sqrt(Math.Max(0, _squares[layer * Features + f] / _frames - mean * mean));
        }
        return result;
    }

    private void Add(ReadOnlySpan<float> rows, int layer, double weight)
    {
        Span<double> sum = _sum.AsSpan(layer * Features, Features),
            squares = _squares.AsSpan(layer * Features, Features);
        for (var at = 0; at < rows.Length; at += Features)
        for (var f = 0; f < Features; f++)
        {
            double x = rows[at + f];
            sum[f] += weight * x;
            squares[f] += weight * x * x;
        }
    }
}

namespace Prosodia.Training.Learners;

/// <summary>A scale of features.</summary>
internal interface IFeatureScale
{
    /// <summary>Features of examples on this scale, (examples, features), row-major.</summary>
    float[] Apply(IReadOnlyList<float[]> examples);
}

/// <summary>Features less their mean over the training examples, over their deviation.</summary>
internal sealed class StandardScaler : IFeatureScale
{
    private readonly double[] _mean,
        _deviation;

    /// <summary>Learns from training examples.</summary>
    public StandardScaler(IReadOnlyList<float[]> training)
    {
        var features = training[0].Length;
        (_mean, _deviation) = (new double[features], new double[features]);
        for (var f = 0; f < features; f++)
        {
            var mean = training.Average(e => (double)e[f]);
            (_mean[f], _deviation[f]) = (mean, Math.Sqrt(training.Average(e => (e[f] - mean) * (e[f] - mean))));
        }
    }

    /// <inheritdoc/>
    public float[] Apply(IReadOnlyList<float[]> examples)
    {
        var scaled = new float[examples.Count * _mean.Length];
        for (var i = 0; i < examples.Count; i++)
        for (var f = 0; f < _mean.Length; f++)
            scaled[i * _mean.Length + f] =
                _deviation[f] == 0 ? 0 : (float)((examples[i][f] - _mean[f]) / _deviation[f]);
        return scaled;
    }
}

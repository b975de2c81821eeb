using Prosodia.Audio;
using Prosodia.Encoders;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// An ONNX network from a whole utterance to one number a class: waveform, log-mel or filter bank in, logits or
/// probabilities out.
/// </summary>
internal sealed class OnnxUnderStress : IStressedModel
{
    private readonly UtteranceEncoder _network;

    /// <summary>Opens a network.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="emotions">What its classes are, in their order.</param>
    /// <exception cref="InputException">It cannot be run, or gives another number of classes.</exception>
    public OnnxUnderStress(string file, IReadOnlyList<string> emotions)
    {
        ArgumentNullException.ThrowIfNull(emotions);
        (_network, Emotions) = (UtteranceEncoder.Open(file), emotions);
        if (_network.IsVector && _network.Width == emotions.Count)
            return;
        var found = _network.IsVector ? $"a vector of {_network.Width}" : "no vector";
        _network.Dispose();
        throw new InputException(
            file,
            $"gives {found}, and --labels has {emotions.Count}",
            "Name all classes of the network in their order, and export it with logits [N, classes] as output"
        );
    }

    /// <inheritdoc/>
    public string Name => Path.GetFileName(_network.Name);

    /// <inheritdoc/>
    public string Identity => $"{_network.Identity} {string.Join(",", Emotions)}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Emotions { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StressAnswer> Answer(
        IReadOnlyList<Recording> recordings,
        CancellationToken cancellationToken
    ) => AllCores.Select(recordings, (recording, _) => Answer(recording), cancellationToken);

    private StressAnswer Answer(Recording recording)
    {
        var outputs = _network.Encode(recording.Samples);
        var best = Array.IndexOf(outputs, outputs.Max());
        var isProbability = outputs.All(o => o >= 0) && Math.Abs(outputs.Sum() - 1) < 1e-3;
        var probability = isProbability ? outputs[best] : Softmax(outputs, best);
        return new StressAnswer(Emotions[best], IsSure: true, probability);
    }

    private static double Softmax(float[] logits, int of) => 1 / logits.Sum(o => Math.Exp(o - logits[of]));

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}

using Prosodia.Audio;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Recognition;

namespace Prosodia.Evaluation.Stress;

/// <summary>A bundled model, or one that <c>train</c> wrote.</summary>
/// <param name="model">The model; owned from here on.</param>
internal sealed class RecognizerUnderStress(EmotionModel model) : IStressedModel
{
    private readonly RecognitionEngine _engine = new(model);

    /// <inheritdoc/>
    public string Name => _engine.Card.Name;

    /// <inheritdoc/>
    public string Identity => _engine.Card.Sha256;

    /// <inheritdoc/>
    public IReadOnlyList<string> Emotions => _engine.Card.Emotions;

    /// <inheritdoc/>
    public IReadOnlyList<StressAnswer> Answer(IReadOnlyList<Recording> recordings, CancellationToken cancellationToken)
    {
        return AllCores.Select(recordings, (recording, _) => Of(_engine.Recognize(recording)), cancellationToken);

        static StressAnswer Of(EmotionPrediction p) =>
            new(p.Emotion, p.Status == PredictionStatus.Emotion, p.Probability);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}

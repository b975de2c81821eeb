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
        ArgumentNullException.ThrowIfNull(recordings);
        var answers = new StressAnswer[recordings.Count];
        AllCores.For(
            recordings.Count,
            i =>
            {
                var prediction = _engine.Recognize(recordings[i]);
                answers[i] = new StressAnswer(
                    prediction.Emotion,
                    prediction.Status == PredictionStatus.Emotion,
                    prediction.Probability
                );
            },
            cancellationToken
        );
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}

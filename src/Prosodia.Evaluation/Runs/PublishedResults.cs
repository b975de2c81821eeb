using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Runs;

/// <summary>A figure that others have published.</summary>
/// <param name="Corpus">The corpus, as manifests call it.</param>
/// <param name="What">Whose figure it is.</param>
/// <param name="Value">The figure, a fraction of 1.</param>
internal sealed record PublishedFigure(string Corpus, string What, double Value);

/// <summary>What others have published on the same corpora.</summary>
internal static class PublishedResults
{
    /// <summary>Where <see cref="Paper"/> is from.</summary>
    public const string PaperSource =
        "Mustaqeem, Sajjad and Kwon, IEEE Access 8, 2020, 79861-79875: accuracies as the abstract gives them, "
        + "one a corpus, "
        + "on four classes of IEMOCAP, seven of EMO-DB and eight of RAVDESS, with a pretrained ResNet-101.";

    /// <summary>Where <see cref="EmoBox"/> is from.</summary>
    public const string EmoBoxSource =
        "Ma et al., EmoBox, Interspeech 2024: UA of frozen foundation models on its own six folds of RAVDESS's "
        + "speakers. "
        + "Its folds of EMO-DB mix speakers of training and test, so no figure on them compares with a "
        + "speaker-independent one.";

    /// <summary>The accuracies of the method's paper.</summary>
    public static IReadOnlyList<PublishedFigure> Paper { get; } =
    [new(Iemocap.Name, "paper", 0.7225), new(EmoDb.Name, "paper", 0.8557), new(Ravdess.Name, "paper", 0.7702)];

    /// <summary>UA of frozen foundation models on EmoBox's folds.</summary>
    public static IReadOnlyList<PublishedFigure> EmoBox { get; } =
    [
        new(Ravdess.Name, "wav2vec 2.0 base", 0.543),
        new(Ravdess.Name, "HuBERT base", 0.654),
        new(Ravdess.Name, "HuBERT large", 0.700),
        new(Ravdess.Name, "WavLM large", 0.720),
        new(Ravdess.Name, "Whisper large v3", 0.753),
    ];
}

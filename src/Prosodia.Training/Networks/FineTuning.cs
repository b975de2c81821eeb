namespace Prosodia.Training.Networks;

/// <summary>How a pretrained encoder is trained together with the classifier.</summary>
/// <param name="Stages">How many of its last stages are trained; null for all.</param>
/// <param name="TrainsBatchNorms">Whether batch norms measure batches and learn; otherwise they stay as they were
/// trained.</param>
/// <param name="Rate">Learning rate of the last stage as a share of the classifier's.</param>
internal sealed record FineTuning(int? Stages, bool TrainsBatchNorms, double Rate)
{
    /// <summary>
    /// Each stage learns so much slower than the one after it (Howard and Ruder, ACL 2018).
    /// </summary>
    public const double Slower = 2.6;

    /// <summary>The stages in words.</summary>
    public string StagesName => Stages is { } count ? $"{count}" : "all";

    /// <summary>Learning rate of a stage, counted from the last, as a share of the classifier's.</summary>
    public double RateOf(int stage) => Rate / Math.Pow(Slower, stage);
}

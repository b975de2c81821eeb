namespace Prosodia.Evaluation.Stress;

/// <summary>Answers with the labels of their recordings, and the figures of them.</summary>
/// <param name="Emotions">The classes.</param>
/// <param name="Pairs">Truth and answer of each recording.</param>
internal sealed record LabeledAnswers(
    IReadOnlyList<string> Emotions,
    IReadOnlyList<(string Truth, string Answer)> Pairs
)
{
    /// <summary>UA: the mean recall of the classes that occur.</summary>
    public double Ua => new ClassRecalls(Emotions, Pairs).Of(0) ?? double.NaN;

    /// <summary>Macro precision of the classes that occur.</summary>
    public double Precision => Emotions.Where(Occurs).Select(PrecisionOf).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The share of a class's recordings that is right; no number where it doesn't occur.</summary>
    public double Recall(string emotion) => Share(Pairs.Where(p => p.Truth == emotion), p => p.Answer == emotion);

    /// <summary>
    /// The share of the answers of a class that is right; 0 where there is none, and no number where the class doesn't
    /// occur.
    /// </summary>
    public double PrecisionOf(string emotion) =>
        !Occurs(emotion) ? double.NaN
        : Share(Pairs.Where(p => p.Answer == emotion), p => p.Truth == emotion) is var share && double.IsNaN(share) ? 0
        : share;

    /// <summary>How much more often a class is answered than it occurs, as a share of the recordings.</summary>
    public double Surplus(string emotion) =>
        (Pairs.Count(p => p.Answer == emotion) - Pairs.Count(p => p.Truth == emotion)) / (double)Pairs.Count;

    private bool Occurs(string emotion) => Pairs.Any(p => p.Truth == emotion);

    private static double Share(
        IEnumerable<(string Truth, string Answer)> of,
        Func<(string Truth, string Answer), bool> which
    ) => of.Select(p => which(p) ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
}

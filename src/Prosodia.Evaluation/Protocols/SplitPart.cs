namespace Prosodia.Evaluation.Protocols;

/// <summary>The names of the parts of splits.</summary>
internal static class SplitPart
{
    /// <summary>The part that models are trained on.</summary>
    public const string Train = "train";

    /// <summary>The part that models are chosen by.</summary>
    public const string Validation = "validation";

    /// <summary>The part that models are judged by.</summary>
    public const string Test = "test";

    /// <summary>One name for what lists call a part.</summary>
    public static string Canonical(string part) =>
        part.Trim().ToLowerInvariant() switch
        {
            "train" or "training" or "trn" => Train,
            "valid" or "validation" or "val" or "dev" or "devel" or "development" => Validation,
            "test" or "testing" or "tst" or "eval" or "evaluation" => Test,
            _ => part.Trim(),
        };

    /// <summary>Whether a name is that of a part.</summary>
    public static bool IsPart(string name) => Canonical(name) is Train or Validation or Test;
}

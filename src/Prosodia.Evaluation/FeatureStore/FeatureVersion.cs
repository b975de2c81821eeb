namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// The version of what the program measures of recordings: the key of everything that is kept of it. To be raised
/// whenever a number changes, which a test with golden numbers enforces; other changes of the program keep what was
/// measured.
/// </summary>
internal static class FeatureVersion
{
    /// <summary>The version.</summary>
    public const int Current = 1;
}

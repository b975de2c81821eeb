namespace Prosodia.Features;

/// <summary>
/// The version of what the program measures of recordings: part of the key of caches and of models. To be raised
/// whenever a number changes, which a test with golden numbers enforces; other changes of the program keep what was
/// measured.
/// </summary>
internal static class FeatureVersion
{
    /// <summary>The version.</summary>
    public const int Current = 3;
}

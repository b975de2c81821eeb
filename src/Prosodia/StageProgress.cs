namespace Prosodia;

/// <summary>The progress of long work.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is.</param>
public readonly record struct StageProgress(string Stage, double Done, double Total);

namespace Prosodia.Evaluation.Audit;

/// <summary>How much a finding matters.</summary>
internal enum AuditSeverity
{
    /// <summary>What readers of figures should know.</summary>
    Note,

    /// <summary>What may bias figures.</summary>
    Warning,

    /// <summary>What makes figures too good: a part knows something of another one.</summary>
    Leak,
}

/// <summary>What an audit found.</summary>
/// <param name="Split">In which split.</param>
/// <param name="Check">By which check.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Summary">What it is, in a sentence.</param>
/// <param name="Items">The speakers, recordings or pairs that it is about.</param>
internal sealed record AuditFinding(
    string Split,
    string Check,
    AuditSeverity Severity,
    string Summary,
    IReadOnlyList<string> Items
);

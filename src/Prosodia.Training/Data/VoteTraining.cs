namespace Prosodia.Training.Data;

/// <summary>What models learn from the votes of raters.</summary>
internal enum VoteTraining
{
    /// <summary>The label that most raters chose; recordings without one are not learned from.</summary>
    Majority,

    /// <summary>The share of raters who chose each label: soft labels.</summary>
    Distribution,

    /// <summary>The label that most chose, with their share as the recording's weight.</summary>
    Weighted,

    /// <summary>What one rater chose, drawn anew each time a recording is read.</summary>
    OneRater,
}

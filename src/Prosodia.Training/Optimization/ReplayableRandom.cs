namespace Prosodia.Training.Optimization;

/// <summary>
/// Draws what <see cref="Random"/> of the same seed does, and counts, so that interrupted training goes on where it was
/// in the sequence.
/// </summary>
internal sealed class ReplayableRandom(int seed) : Random(seed)
{
    /// <summary>Numbers drawn so far.</summary>
    public long Draws { get; private set; }

    /// <summary>Draws numbers that nobody uses.</summary>
    public void Skip(long draws)
    {
        while (draws-- > 0)
            Sample();
    }

    /// <inheritdoc/>
    protected override double Sample()
    {
        Draws++;
        return base.Sample();
    }
}

namespace Prosodia.Training.Optimization;

/// <summary>
/// A learning rate that rises for a third of the way and falls to nearly nothing, in cosines. Source: Smith and Topin,
/// Super-Convergence, SPIE 11006, 2019.
/// </summary>
internal sealed class OneCycleSchedule(double highest, int steps)
{
    private const double RisingShare = 0.3,
        First = 0.1,
        Last = 0.01; // of the highest

    /// <summary>How many steps there are.</summary>
    public int Steps => steps;

    /// <summary>How many of them were taken.</summary>
    public int Step { get; set; }

    /// <summary>The rate of the next step.</summary>
    public double Next()
    {
        var way = Math.Min(1, (double)Step++ / steps);
        return highest
            * (
                way < RisingShare
                    ? Between(First, 1, way / RisingShare)
                    : Between(1, Last, (way - RisingShare) / (1 - RisingShare))
            );
    }

    private static double Between(double from, double to, double part) =>
        from + (to - from) * (1 - Math.Cos(Math.PI * part)) / 2;
}

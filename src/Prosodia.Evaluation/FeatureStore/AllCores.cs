using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// Work on all cores. An <see cref="InputException"/> of a step, such as a cache that cannot be written, ends it and
/// comes as it is.
/// </summary>
internal static class AllCores
{
    /// <summary>Does a step for each number below a count.</summary>
    public static void For(int count, Action<int> step, CancellationToken cancellationToken) =>
        Unwrapped(() => Parallel.For(0, count, Options(cancellationToken), step));

    /// <summary>What a step makes of each item, in their order.</summary>
    public static TResult[] Select<T, TResult>(
        IReadOnlyList<T> items,
        Func<T, int, TResult> step,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        var made = new TResult[items.Count];
        For(items.Count, i => made[i] = step(items[i], i), cancellationToken);
        return made;
    }

    /// <summary>Does a step for each item as it comes; none is taken before a core is free for it.</summary>
    public static void ForEach<T>(IEnumerable<T> items, Action<T> step, CancellationToken cancellationToken) =>
        Unwrapped(() =>
            Parallel.ForEach(
                Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering),
                Options(cancellationToken),
                step
            )
        );

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };

    private static void Unwrapped(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException e) when (e.InnerException is InputException problem)
        {
            ExceptionDispatchInfo.Throw(problem);
        }
    }
}

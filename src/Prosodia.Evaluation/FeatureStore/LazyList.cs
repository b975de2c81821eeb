using System.Collections;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>A list whose items are looked up each time that they are asked for.</summary>
/// <param name="count">How many there are.</param>
/// <param name="get">Looks one up.</param>
internal sealed class LazyList<T>(int count, Func<int, T> get) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index] => get(index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
            yield return get(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

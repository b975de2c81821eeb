namespace Prosodia.Training.Adaptation;

/// <summary>
/// Whose voice each recording is, and from which recordings it is known how a voice is. Where these are few, a voice's
/// mean and deviation are drawn towards those of other voices.
/// </summary>
/// <param name="speakers">The speaker of each recording.</param>
/// <param name="references">Whether a recording tells how its speaker's voice is.</param>
/// <param name="ownSpread">Whether the references also tell how much the voice varies; from recordings of one emotion
/// they don't.</param>
/// <param name="testedTogether">The speakers of whom nothing may serve a speaker, beside itself.</param>
internal sealed class SpeakerStatistics(
    IReadOnlyList<string> speakers,
    IReadOnlyList<bool> references,
    bool ownSpread,
    Func<string, IEnumerable<string>> testedTogether
)
{
    /// <summary>What was measured of the recordings, standardized by voice.</summary>
    /// <param name="items">Of each recording, in the order of the speakers: a sequence of items, row-major.</param>
    /// <param name="shape">The shape of an item; its first axis is the feature.</param>
    public IReadOnlyList<float[]> Standardize(IReadOnlyList<float[]> items, long[] shape)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(shape);
        var own = speakers.Index().GroupBy(s => s.Item, s => s.Index).ToDictionary(g => g.Key, g => g.ToArray());
        var adapting = own.ToDictionary(v => v.Key, v => v.Value.Where(u => references[u]).ToArray());
        var measured = adapting.ToDictionary(v => v.Key, v => Moments.Of(v.Value.Select(u => items[u]), shape));
        var spread = ownSpread
            ? measured
            : own.ToDictionary(v => v.Key, v => Moments.Of(v.Value.Select(u => items[u]), shape));
        var standardized = new float[items.Count][];
        foreach (var (speaker, recordings) in own)
        {
            string[] others = [.. own.Keys.Except([.. testedTogether(speaker), speaker])];
            var moments = measured[speaker]
                .Drawn(
                    adapting[speaker].Length,
                    [.. others.Select(o => measured[o])],
                    [.. others.Select(o => spread[o])],
                    ownSpread
                );
            foreach (var u in recordings)
                standardized[u] = moments.Standardize(items[u], shape);
        }
        return standardized;
    }
}

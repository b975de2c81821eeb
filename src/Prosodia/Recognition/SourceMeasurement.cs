using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Vad;

namespace Prosodia.Recognition;

/// <summary>Measures sources of recordings, unlabeled, so that others of theirs can be compared with them.</summary>
/// <param name="model">The model whose features are measured.</param>
/// <param name="separate">Whether channels are kept apart.</param>
internal sealed class SourceMeasurement(EmotionModel model, bool separate)
{
    private const int Together = 8; // recordings a core that are measured ahead

    /// <summary>Measures recordings on all cores.</summary>
    /// <param name="files">The recordings.</param>
    /// <param name="sourceOf">The source of a channel, from 0, of a recording.</param>
    /// <param name="problem">Takes what is wrong with recordings that cannot be used.</param>
    /// <param name="progress">Reports how many are done.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The profile of each source in which someone speaks.</returns>
    public IReadOnlyDictionary<string, AdaptationProfile> Measure(
        IEnumerable<string> files,
        Func<string, int, string> sourceOf,
        Action<InputException> problem,
        Action<int> progress,
        CancellationToken cancellationToken
    )
    {
        var (sources, done) = (new Dictionary<string, FeatureStatistics>(), 0);
        foreach (var chunk in files.Chunk(Together * Environment.ProcessorCount))
        foreach (
            var (file, turns, failure) in chunk
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellationToken)
                .WithMergeOptions(ParallelMergeOptions.NotBuffered)
                .Select(file => Attempt(file, cancellationToken))
        )
        {
            if (failure is not null)
                problem(failure);
            foreach (var (channel, deviates) in turns)
            {
                ref var source = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    sources,
                    sourceOf(file, channel),
                    out _
                );
                (source ??= new FeatureStatistics()).Add(deviates);
            }
            progress(++done);
        }
        return sources.ToDictionary(
            s => s.Key,
            s => new AdaptationProfile(s.Key, s.Value.ToAdaptation(), model.Card.Sha256)
        );
    }

    private (string File, IReadOnlyList<(int Channel, float[] Deviates)> Turns, InputException? Problem) Attempt(
        string file,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (file, Turns(file, cancellationToken), null);
        }
        catch (InputException problem)
        {
            return (file, [], problem);
        }
    }

    /// <summary>What the model reads of the speech in a file, one for each answer that it would get.</summary>
    private List<(int Channel, float[] Deviates)> Turns(string file, CancellationToken cancellationToken)
    {
        using var stream = AudioStream.Open(file, null, separate);
        using var stop = cancellationToken.Register(stream.Stop);
        SpeechSegmenter[] finders = [.. Enumerable.Range(0, stream.Channels).Select(_ => new SpeechSegmenter())];
        var start = finders.Select(_ => new List<float>()).ToArray();
        var found = new List<(int, float[])>();
        while (stream.Read() is { } blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wasLong = IsLong();
            foreach (var (c, block) in blocks.Index())
                if (wasLong)
                    Add(c, finders[c].Write(block));
                else
                    start[c].AddRange(block);
            if (!wasLong && IsLong())
                foreach (var (c, samples) in start.Index())
                    Add(c, finders[c].Write(CollectionsMarshal.AsSpan(samples)));
        }
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (c, samples) in start.Index())
            if (IsLong())
                Add(c, finders[c].Finish());
            else if (SpeechSegmenter.FindsIn(CollectionsMarshal.AsSpan(samples)))
                Add(c, [new SpeechSegment(0, [.. samples])]);
        return found;

        bool IsLong() => start[0].Count > RecognitionEngine.TimelineSeconds * Recording.SampleRate;

        void Add(int channel, IEnumerable<SpeechSegment> turns) =>
            found.AddRange(turns.Select(t => (channel, model.Deviates(model.FeaturesOf(t.Samples)))));
    }
}

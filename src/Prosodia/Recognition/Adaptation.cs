namespace Prosodia.Recognition;

/// <summary>
/// What the features of recordings are standardized by: recordings of their source that were measured before, or what
/// came of a stream so far.
/// </summary>
internal abstract class Adaptation
{
    /// <summary>To one source.</summary>
    public static Adaptation To(AdaptationProfile source) => new Fixed(_ => source);

    /// <summary>To the source of each channel, from 0; one without any stays as it is.</summary>
    public static Adaptation To(Func<int, AdaptationProfile?> sourceOf) => new Fixed(sourceOf);

    /// <summary>
    /// To each stream so far, from the stretch of speech that is judged backwards: never to what comes after it.
    /// </summary>
    /// <param name="perChannel">Whether each channel is a source of its own.</param>
    public static Adaptation Running(bool perChannel) => new Stream(perChannel);

    /// <summary>What a recording or stream is adapted to, from its beginning.</summary>
    public abstract Adaptation Start();

    /// <summary>Whether stretches of speech must be asked about one after the other, in the order of time.</summary>
    public abstract bool IsRunning { get; }

    /// <summary>The source of a stretch of speech; null where there is none.</summary>
    /// <param name="channel">From 0.</param>
    /// <param name="deviates">Measures the stretch, (features).</param>
    /// <param name="isProvisional">Whether it goes on, so that it will be asked about again.</param>
    public abstract AdaptationProfile? Of(int channel, Func<float[]> deviates, bool isProvisional = false);

    private sealed class Fixed(Func<int, AdaptationProfile?> sourceOf) : Adaptation
    {
        public override bool IsRunning => false;

        public override Adaptation Start() => this;

        public override AdaptationProfile? Of(int channel, Func<float[]> deviates, bool isProvisional) =>
            sourceOf(channel);
    }

    private sealed class Stream(bool perChannel) : Adaptation
    {
        private readonly Dictionary<int, FeatureStatistics> _past = [];

        public override bool IsRunning => true;

        public override Adaptation Start() => new Stream(perChannel);

        public override AdaptationProfile Of(int channel, Func<float[]> deviates, bool isProvisional)
        {
            var source = perChannel ? channel : 0;
            var past = _past.GetValueOrDefault(source) ?? new FeatureStatistics();
            if (isProvisional)
                past = past.Copy();
            else
                _past[source] = past;
            past.Add(deviates());
            return new AdaptationProfile(
                perChannel ? $"channel {channel + 1} so far" : "the stream so far",
                past.ToAdaptation()
            );
        }
    }
}

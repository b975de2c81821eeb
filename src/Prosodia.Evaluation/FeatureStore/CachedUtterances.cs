using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Encoders;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// What an encoder makes of whole utterances, kept by the content of the sound, so that each is encoded once.
/// Thread-safe.
/// </summary>
internal sealed class CachedUtterances : IDisposable
{
    private readonly UtteranceEncoder _encoder;
    private readonly FeatureCache<Measurement> _cache;

    /// <summary>Opens the cache.</summary>
    /// <param name="encoder">The encoder, which stays its owner's.</param>
    /// <param name="folder">The folder of all features.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public CachedUtterances(UtteranceEncoder encoder, string folder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
        _cache = new FeatureCache<Measurement>(
            folder,
            $"utterances\n{encoder.Identity}",
            new MeasurementShards(),
            $"Make room there, choose another folder with {UserFolder.Variable}, or use --no-cache"
        );
    }

    /// <summary>Features of a recording.</summary>
    /// <returns>(layers, features of each), row-major.</returns>
    public float[] Of(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var sound = Sha256Hash.Of(MemoryMarshal.AsBytes<float>(recording.Samples));
        if (_cache.Contains(sound))
            return _cache.Get(sound).Values[0];
        var features = _encoder.Encode(recording.Samples);
        _cache.Add(sound, new Measurement([features], recording.Seconds, []));
        return features;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Flush();
        _cache.Dispose();
    }
}

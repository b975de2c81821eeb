using Prosodia.Audio;

namespace Prosodia.Evaluation.Stress;

/// <summary>What a model says of a recording.</summary>
/// <param name="Emotion">The most probable emotion; empty where it found no speech.</param>
/// <param name="IsSure">Whether it gives that as its answer.</param>
/// <param name="Confidence">The emotion's probability; null where the model gives none.</param>
internal sealed record StressAnswer(string Emotion, bool IsSure, double? Confidence);

/// <summary>A model under test.</summary>
internal interface IStressedModel : IDisposable
{
    /// <summary>What reports call it.</summary>
    string Name { get; }

    /// <summary>What its answers depend on, so that answers of another model aren't taken for its own.</summary>
    string Identity { get; }

    /// <summary>The emotions that it knows; null where only its answers say so.</summary>
    IReadOnlyList<string>? Emotions { get; }

    /// <summary>
    /// Whether it is slow to start, so that recordings under all conditions are given to it at once.
    /// </summary>
    bool StartsSlowly => false;

    /// <summary>Answers for recordings, in their order, on all cores.</summary>
    /// <param name="recordings">One channel at 16 kHz each.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InputException">The model failed.</exception>
    IReadOnlyList<StressAnswer> Answer(IReadOnlyList<Recording> recordings, CancellationToken cancellationToken);
}

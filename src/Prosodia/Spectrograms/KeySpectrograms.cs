using Prosodia.Audio;
using Prosodia.Corpora;
using Prosodia.KeySegments;
using Prosodia.Segments;

namespace Prosodia.Spectrograms;

/// <summary>The key segments of a corpus as log spectrograms: what every network starts from.</summary>
/// <param name="Utterances">The utterances that could be read, each with the SHA-256 of its file.</param>
/// <param name="Values">For each utterance the natural logarithms of magnitudes, (key segments, 257, 63), row-major.</param>
/// <param name="Problems">The recordings that could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
public sealed record KeySpectrograms(
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyList<float[]> Values,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Key segments of all utterances.</summary>
    public int Count => Values.Sum(v => v.Length / Stft.Size);

    /// <summary>Reads recordings and computes their key segments' spectrograms on all cores; order and result don't depend on their number.</summary>
    /// <param name="utterances">What to read.</param>
    /// <param name="options">How key segments are chosen.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages them.</param>
    /// <param name="done">Told after each recording.</param>
    /// <param name="cancel">Stops between recordings.</param>
    /// <exception cref="InputException">Not one recording can be used.</exception>
    public static KeySpectrograms Read(IReadOnlyList<Utterance> utterances, KeySegmentOptions options, int? channel = null,
        Action? done = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(options);
        var stft = new Stft();
        var read = new (Utterance Utterance, float[]? Values, InputException? Problem, IReadOnlyList<string> Warnings)[utterances.Count];
        Parallel.For(0, utterances.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                var recording = AudioFile.Read(utterances[i].Path, channel);
                read[i] = (utterances[i] with { Sha256 = FileHash.Sha256(utterances[i].Path) }, LogSpectrograms(recording, options, stft), null, recording.Warnings);
            }
            catch (InputException problem)
            {
                read[i] = (utterances[i], null, problem, []);
            }
            done?.Invoke();
        });

        var usable = read.Where(r => r.Values is not null).ToArray();
        InputException[] problems = [.. read.Where(r => r.Problem is not null).Select(r => r.Problem!)];
        if (usable.Length == 0) throw problems[0];
        return new KeySpectrograms([.. usable.Select(r => r.Utterance)], [.. usable.Select(r => r.Values!)], problems,
            [.. usable.SelectMany(r => r.Warnings)]);
    }

    private static float[] LogSpectrograms(Recording recording, KeySegmentOptions options, Stft stft)
    {
        var segments = new SegmentedSpeech(recording.Samples);
        var keys = KeySegmentSelection.Select(segments, options).Keys;
        var values = new float[keys.Count * Stft.Size];
        stft.Magnitudes(segments, keys.Select(key => key.Segment), values);
        Stft.ToLog(values);
        return values;
    }
}

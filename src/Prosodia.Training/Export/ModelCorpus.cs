using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Encoders;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Degradations;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Metrics;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>The recordings that models of <see cref="EmotionModel"/>'s kind learn from, measured.</summary>
/// <param name="Utterances">Those that can be used.</param>
/// <param name="Examples">What was measured of them, in their order.</param>
/// <param name="IsApart">Whether they are of several corpora that can be left out: every recording names its corpus, no
/// speaker is in two, and every emotion is in all.</param>
/// <param name="Problems">Recordings that could not be used.</param>
/// <param name="Warnings">What was odd about others.</param>
internal sealed record ModelCorpus(
    IReadOnlyList<Utterance> Utterances,
    Examples Examples,
    bool IsApart,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>What each layer that may be read gives, by its number; gathered when it is asked for.</summary>
    public IReadOnlyList<(int Layer, Func<Examples> Examples)> Layers { get; private init; } = [(0, () => Examples)];

    private readonly Dictionary<string, int> _numbers = Utterances.Index().ToDictionary(u => u.Item.Name, u => u.Index);

    /// <summary>Measures recordings.</summary>
    /// <param name="manifest">The corpus, or several joined.</param>
    /// <param name="keptIn">The folder where measurements are kept for as long as the work lasts.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="encoder">What reads whole utterances; null for the program's own features.</param>
    /// <param name="layer">The one layer of it that is read; null for any.</param>
    /// <exception cref="InputException">No recording can be used, or all have the same emotion.</exception>
    public static ModelCorpus Measure(
        Manifest manifest,
        string keptIn,
        Action<StageProgress> progress,
        CancellationToken cancellationToken,
        UtteranceEncoder? encoder = null,
        int? layer = null
    )
    {
        var done = 0;
        using var kept = FeatureSet.OpenCache(keptIn, $"features of a model{encoder?.Identity} {layer}".TrimEnd());
        var (agreed, _, warnings) = Experiments.Truth.Labels.Select(manifest.Utterances);
        var read = FeatureSet.Of(
            agreed,
            recording =>
                encoder is null ? [.. Versions(recording).Select(v => ModelFeatures.Acoustic.Of(v.Samples))]
                : layer is { } only ? [LayerOf(encoder.Encode(recording.Samples), only, encoder)]
                : [encoder.Encode(recording.Samples)],
            kept,
            null,
            () => progress(new StageProgress("Measuring recordings", Interlocked.Increment(ref done), agreed.Count)),
            cancellationToken
        );
        var emotions = read.Utterances.Emotions();
        if (emotions.Length < 2)
            throw new InputException(
                manifest.Name,
                $"has only the emotion {emotions[0]}",
                "At least two are needed to tell apart"
            );
        var apart = AreApart(read.Utterances);
        var examples = new Examples(
            encoder is null
                ? [.. Enumerable.Range(0, read.Values[0].Length).Select(v => read.Values.Select(r => r[v]).ToArray())]
                : [],
            [.. read.Utterances.Select(u => Array.IndexOf(emotions, u.Emotion))],
            [.. read.Utterances.Select(u => u.Speaker)],
            [.. read.Utterances.Select(u => apart ? u.Detail(Manifest.CorpusColumn) : "")],
            emotions
        );
        return new ModelCorpus(read.Utterances, examples, apart, read.Problems, [.. warnings, .. read.Warnings])
        {
            Layers =
                encoder is null ? [(0, () => examples)]
                : layer is { } one ? [(one, () => Of(u => read.Values[u][0]))]
                :
                [
                    .. Enumerable
                        .Range(0, encoder.Layers)
                        .Select(l => (l, (Func<Examples>)(() => Of(u => LayerOf(read.Values[u][0], l, encoder))))),
                ],
        };

        Examples Of(Func<int, float[]> features) =>
            examples with
            {
                Versions =
                [
                    [.. Enumerable.Range(0, read.Utterances.Count).Select(features)],
                ],
                Views = [encoder!.FeaturesPerLayer],
            };
    }

    private static float[] LayerOf(float[] layers, int layer, UtteranceEncoder encoder) =>
        layers.AsSpan(layer * encoder.FeaturesPerLayer, encoder.FeaturesPerLayer).ToArray();

    /// <summary>The places of utterances.</summary>
    public int[] Numbers(IEnumerable<Utterance> of) => [.. of.Select(u => _numbers[u.Name])];

    /// <summary>What was predicted for the utterance of a place.</summary>
    public Prediction Predicted(int place, double[] probabilities) =>
        new(
            Utterances[place].Name,
            Utterances[place].Speaker,
            Utterances[place].Emotion,
            Examples.Emotions[TensorPrimitives.IndexOfMax(probabilities)],
            probabilities
        )
        {
            Groups = new Dictionary<string, string>
            {
                [Manifest.CorpusColumn] = Utterances[place].Detail(Manifest.CorpusColumn),
            },
        };

    private static bool AreApart(IReadOnlyList<Utterance> utterances)
    {
        var corpora = utterances.ToLookup(u => u.Detail(Manifest.CorpusColumn));
        return corpora.Count > 1
            && !corpora.Contains("")
            && corpora.Sum(c => c.Speakers().Length) == utterances.Speakers().Length
            && corpora.All(c => c.Emotions().Length == utterances.Emotions().Length);
    }

    /// <summary>A recording as it is, at other speeds, under noise, over a telephone line and in a room.</summary>
    private static Recording[] Versions(Recording recording)
    {
        // each has noise of its own, whatever else is read
        var seed = BitConverter.SingleToInt32Bits(recording.Samples[recording.Samples.Length / 2]);
        return
        [
            recording,
            .. SpeedPerturbation.Speeds.Select(s => recording.Play(s)),
            recording.WithNoise(20, 0, seed),
            recording.WithNoise(10, 0.7, seed + 1),
            recording.OverTelephone(),
            InRoom(recording, seed + 2),
        ];
    }

    /// <summary>A recording in a room of its own: small or a hall, near the microphone or far from it.</summary>
    private static Recording InRoom(Recording recording, int seed)
    {
        var random = new Random(seed);
        return recording.InRoom(0.2 + 0.7 * random.NextDouble(), 10 - 12 * random.NextDouble(), seed);
    }
}

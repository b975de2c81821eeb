using System.Globalization;
using Prosodia.Corpora;
using Prosodia.Evaluation;

namespace Prosodia.Training.Adaptation;

/// <summary>
/// Standardizes what a model reads by the speaker's own recordings, whose emotions it doesn't know, or by some neutral ones that a
/// speaker made for it. Without many recordings a speaker's mean and deviation are drawn towards those of other speakers.
/// Source of the idea: Busso et al., Iterative Feature Normalization Scheme, IEEE Transactions on Affective Computing 4, 2013.
/// </summary>
/// <param name="NeutralRecordings">How many neutral recordings of each speaker to enroll; they are in no part of any fold. Null for unlabeled ones.</param>
/// <param name="Seconds">How much unlabeled speech of each speaker to use at most; null for all.</param>
public sealed record SpeakerAdaptation(int? NeutralRecordings, double? Seconds)
{
    private const string Neutral = "neutral";

    /// <summary>What <see cref="Parse"/> takes.</summary>
    public const string Names = "speaker, speaker:SECONDS, neutral:N";

    /// <summary>The name on the command line and in results.</summary>
    public string Name => NeutralRecordings is { } n ? string.Create(CultureInfo.InvariantCulture, $"neutral:{n}")
        : Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"speaker:{s}") : "speaker";

    /// <summary>What every reader of the figures must know.</summary>
    public string Note => NeutralRecordings is { } n
        ? $"Adapted to each speaker by {n} neutral recording(s) of that speaker, which are not tested: not comparable to figures without adaptation."
        : $"Adapted to each speaker by {(Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s} s of") : "all of")} that speaker's own unlabeled recordings, the tested ones among them: not comparable to figures without adaptation.";

    /// <summary>Finds an adaptation by its name; null when there is none of that name.</summary>
    public static SpeakerAdaptation? Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Split(':') switch
        {
            ["speaker"] => new SpeakerAdaptation(null, null),
            ["speaker", var text] when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => new SpeakerAdaptation(null, seconds),
            ["neutral", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => new SpeakerAdaptation(count, null),
            _ => null,
        };
    }

    /// <summary>Finds out whose voice each recording of a corpus is, and which recordings tell how that voice is.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="splits">Makes the folds: speakers who are tested together don't serve each other.</param>
    /// <param name="seed">Draws the recordings that adapt.</param>
    /// <returns>The corpus with its voices, and without the utterances that enrolled speakers; their items come after those of the others.</returns>
    /// <exception cref="InputException">A speaker has too few neutral recordings, or the length of recordings is not known.</exception>
    public ExperimentCorpus Apply(ExperimentCorpus corpus, Func<IReadOnlyList<Utterance>, IReadOnlyList<Fold>> splits, int seed)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(splits);
        var random = new Random(seed);
        var own = corpus.Utterances.Index().GroupBy(u => u.Item.Speaker, u => u.Index).OrderBy(g => g.Key, StringComparer.Ordinal);
        var references = own.SelectMany(g => References(g.Key, [.. g], corpus.Utterances, random)).ToHashSet();
        var enrolled = NeutralRecordings is null ? [] : references;
        int[] order = [.. Enumerable.Range(0, corpus.Utterances.Count).OrderBy(enrolled.Contains)]; // stable
        Utterance[] all = [.. order.Select(u => corpus.Utterances[u])], kept = all[..^enrolled.Count];
        var testedTogether = splits(kept).SelectMany(s => s.Test.Speakers().Select(t => (t, s.Test.Speakers()))).ToLookup(p => p.t, p => p.Item2);
        return corpus with
        {
            Utterances = kept,
            Items = corpus.Items.ToDictionary(i => i.Key, i => Ordered(i.Value)),
            Perturbed = corpus.Perturbed.ToDictionary(p => p.Key, p => (IReadOnlyList<IReadOnlyList<float[]>>)[.. p.Value.Select(Ordered)]),
            Voices = new SpeakerStatistics([.. all.Select(u => u.Speaker)], [.. order.Select(references.Contains)], NeutralRecordings is null, speaker => testedTogether[speaker].SelectMany(s => s)),
        };

        IReadOnlyList<float[]> Ordered(IReadOnlyList<float[]> items) => [.. order.Select(u => items[u])];
    }

    private int[] References(string speaker, int[] own, IReadOnlyList<Utterance> utterances, Random random)
    {
        var candidates = NeutralRecordings is null ? own : [.. own.Where(u => utterances[u].Emotion == Neutral)];
        if (candidates.Length < NeutralRecordings)
            throw new InputException($"speaker {speaker}", $"has {candidates.Length} recording(s) of the emotion '{Neutral}', too few for --adapt {Name}", "Choose a smaller number or --adapt speaker");
        if (Seconds is null && NeutralRecordings is null) return candidates;
        random.Shuffle(candidates = [.. candidates]);
        if (NeutralRecordings is { } count) return candidates[..count];
        double heard = 0;
        return [.. candidates.TakeWhile((u, i) => i == 0 || (heard += utterances[candidates[i - 1]].Seconds) < Seconds)];
    }
}

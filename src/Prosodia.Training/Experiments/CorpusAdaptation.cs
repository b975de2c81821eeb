using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Protocols;
using Prosodia.Training.Adaptation;

namespace Prosodia.Training.Experiments;

/// <summary>Adapts the corpus of an experiment to its speakers.</summary>
internal static class CorpusAdaptation
{
    /// <summary>
    /// Finds out whose voice each recording of a corpus is, and which recordings tell how that voice is.
    /// </summary>
    /// <param name="adaptation">How speakers are adapted to.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="splits">Makes the folds: speakers who are tested together don't serve each other.</param>
    /// <param name="seed">Draws the recordings that adapt.</param>
    /// <returns>The corpus with its voices, and without the utterances that enrolled speakers; their items come after
    /// those of the others.</returns>
    /// <exception cref="InputException">A speaker has too few neutral recordings, or the length of recordings is not
    /// known.</exception>
    public static ExperimentCorpus Apply(
        this SpeakerAdaptation adaptation,
        ExperimentCorpus corpus,
        Func<IReadOnlyList<Utterance>, IReadOnlyList<Fold>> splits,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(adaptation);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(splits);
        var random = new Random(seed);
        var own = corpus
            .Utterances.Index()
            .GroupBy(u => u.Item.Speaker, u => u.Index)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        var references = own.SelectMany(g => References(adaptation, g.Key, [.. g], corpus.Utterances, random))
            .ToHashSet();
        var enrolled = adaptation.NeutralRecordings is null ? [] : references;
        int[] order = [.. Enumerable.Range(0, corpus.Utterances.Count).OrderBy(enrolled.Contains)]; // stable
        Utterance[] all = [.. order.Select(u => corpus.Utterances[u])],
            kept = all[..^enrolled.Count];
        var testedTogether = splits(kept)
            .SelectMany(s => s.Test.Speakers().Select(t => (t, s.Test.Speakers())))
            .ToLookup(p => p.t, p => p.Item2);
        return corpus with
        {
            Utterances = kept,
            Items = corpus.Items.ToDictionary(i => i.Key, i => Ordered(i.Value)),
            Perturbed = corpus.Perturbed.ToDictionary(
                p => p.Key,
                p => (IReadOnlyList<IReadOnlyList<float[]>>)[.. p.Value.Select(Ordered)]
            ),
            Voices = new SpeakerStatistics(
                [.. all.Select(u => u.Speaker)],
                [.. order.Select(references.Contains)],
                adaptation.NeutralRecordings is null,
                speaker => testedTogether[speaker].SelectMany(s => s)
            ),
        };

        IReadOnlyList<float[]> Ordered(IReadOnlyList<float[]> items) =>
            new LazyList<float[]>(order.Length, i => items[order[i]]);
    }

    private static int[] References(
        SpeakerAdaptation adaptation,
        string speaker,
        int[] own,
        IReadOnlyList<Utterance> utterances,
        Random random
    )
    {
        var candidates = adaptation.NeutralRecordings is null
            ? own
            : [.. own.Where(u => utterances[u].Emotion == SpeakerAdaptation.Neutral)];
        if (candidates.Length < adaptation.NeutralRecordings)
            throw new InputException(
                $"speaker {speaker}",
                $"has {candidates.Length} recording(s) of the emotion '{SpeakerAdaptation.Neutral}', too few for "
                    + $"--adapt {adaptation.Name}",
                "Choose a smaller number or --adapt speaker"
            );
        if (adaptation.Seconds is null && adaptation.NeutralRecordings is null)
            return candidates;
        random.Shuffle(candidates = [.. candidates]);
        if (adaptation.NeutralRecordings is { } count)
            return candidates[..count];
        double seconds = 0;
        return
        [
            .. candidates.TakeWhile(
                (u, i) => i == 0 || (seconds += utterances[candidates[i - 1]].Seconds) < adaptation.Seconds
            ),
        ];
    }
}

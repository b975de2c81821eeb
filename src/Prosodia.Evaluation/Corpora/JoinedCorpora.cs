namespace Prosodia.Evaluation.Corpora;

/// <summary>Several corpora as one: the emotions that all of them have, speakers named after their corpus.</summary>
/// <param name="Manifest">The recordings; the column <c>corpus</c> says which corpus each is of.</param>
/// <param name="Note">Which emotions it has, and which were left out.</param>
internal sealed record JoinedCorpora(Manifest Manifest, string Note)
{
    /// <summary>Joins corpora.</summary>
    /// <param name="manifests">Two or more, of different names.</param>
    /// <param name="labels">What their emotions have in common.</param>
    /// <exception cref="InputException">Two manifests have one name, or the corpora have fewer than two emotions in
    /// common.</exception>
    public static JoinedCorpora Of(IReadOnlyList<Manifest> manifests, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        ArgumentNullException.ThrowIfNull(labels);
        if (manifests.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
            throw new InputException(
                $"{twins.Key}.csv",
                "is the name of two manifests",
                "Rename one: the names tell the corpora apart"
            );

        Utterance[][] corpora =
        [
            .. manifests.Select(m =>
                m.Utterances.Select(u => Rename(u, m.Name, labels.Of(m.Name, u.Emotion)))
                    .Where(u => u.Emotion.Length > 0)
                    .ToArray()
            ),
        ];
        string[] shared = [.. corpora.Select(c => c.Emotions().AsEnumerable()).Aggregate((a, b) => a.Intersect(b))];
        var all = corpora.SelectMany(c => c).ToArray();
        if (shared.Length < 2)
            throw new InputException(
                string.Join(", ", manifests.Select(m => m.Name)),
                $"have {shared.Length} emotion(s) in common; they have {string.Join(", ", all.Emotions())}",
                "Say with --labels what corresponds"
            );
        var left = all.Emotions().Except(shared).ToArray();
        var note =
            "Only emotions that every corpus has: "
            + $"{string.Join(", ", shared)}{(left.Length > 0 ? $"; left out: {string.Join(", ", left)}" : "")}.";
        var kept = all.Where(u => shared.Contains(u.Emotion)).ToArray();
        Utterance[] once = [.. kept.DistinctBy(u => u.Name)];
        IEnumerable<InputException> twice = kept.Except(once)
            .Select(u => new InputException(u.Name, "is listed in two manifests", "It is used once"));
        return new JoinedCorpora(
            new Manifest(
                string.Join('+', manifests.Select(m => m.Name)),
                once,
                [.. manifests.SelectMany(m => m.Problems), .. twice]
            )
            {
                Warnings = [.. manifests.SelectMany(m => m.Warnings)],
            },
            note
        );
    }

    private static Utterance Rename(Utterance utterance, string corpus, string emotion) =>
        utterance with
        {
            Speaker = $"{corpus}/{utterance.Speaker}",
            Emotion = emotion,
            Details =
            [
                new(Manifest.CorpusColumn, corpus),
                .. utterance.Details.Where(d => d.Key != Manifest.CorpusColumn),
            ],
        };
}

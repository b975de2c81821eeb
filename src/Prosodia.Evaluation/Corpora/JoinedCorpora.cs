namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// Several corpora as one: the emotions that all of them have, or where numbers or votes are what is true, all
/// recordings; speakers named after their corpus.
/// </summary>
/// <param name="Manifest">The recordings; the column <c>corpus</c> says which corpus each is of.</param>
/// <param name="Note">Which emotions it has, and which were left out.</param>
internal sealed record JoinedCorpora(Manifest Manifest, string Note)
{
    /// <summary>Joins corpora.</summary>
    /// <param name="manifests">Two or more, of different names.</param>
    /// <param name="labels">What their emotions have in common; of votes as well.</param>
    /// <param name="isByEmotion">Whether recordings are kept by their emotions.</param>
    /// <exception cref="InputException">Two manifests have one name, or the corpora have fewer than two emotions in
    /// common.</exception>
    public static JoinedCorpora Of(IReadOnlyList<Manifest> manifests, LabelMap labels, bool isByEmotion = true)
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
                m.Utterances.Select(u => Rename(u, m.Name, e => labels.Of(m.Name, e)))
                    .Where(u => u.Emotion.Length > 0 || !isByEmotion)
                    .ToArray()
            ),
        ];
        if (!isByEmotion)
            return new JoinedCorpora(Together(manifests, [.. corpora.SelectMany(c => c)]), "");
        string[] shared =
        [
            .. corpora
                .Select(c => c.Emotions().AsEnumerable())
                .Aggregate((a, b) => a.Intersect(b))
                .Except([EmotionLabels.NoAgreement]),
        ];
        var all = corpora.SelectMany(c => c).ToArray();
        if (shared.Length < 2)
            throw new InputException(
                string.Join(", ", manifests.Select(m => m.Name)),
                $"have {shared.Length} emotion(s) in common; they have {string.Join(", ", all.Emotions())}",
                "Say with --labels what corresponds"
            );
        var left = all.Emotions().Except([.. shared, EmotionLabels.NoAgreement]).ToArray();
        var note =
            "Only emotions that every corpus has: "
            + $"{string.Join(", ", shared)}{(left.Length > 0 ? $"; left out: {string.Join(", ", left)}" : "")}.";
        var kept = all.Where(u => shared.Contains(u.Emotion)).ToArray();
        return new JoinedCorpora(Together(manifests, kept), note);
    }

    private static Manifest Together(IReadOnlyList<Manifest> manifests, Utterance[] kept)
    {
        Utterance[] once = [.. kept.DistinctBy(u => u.Name)];
        IEnumerable<InputException> twice = kept.Except(once)
            .Select(u => new InputException(u.Name, "is listed in two manifests", "It is used once"));
        return new Manifest(
            string.Join('+', manifests.Select(m => m.Name)),
            once,
            [.. manifests.SelectMany(m => m.Problems), .. twice]
        )
        {
            Warnings = [.. manifests.SelectMany(m => m.Warnings)],
        };
    }

    private static Utterance Rename(Utterance utterance, string corpus, Func<string, string> labelOf) =>
        utterance with
        {
            Speaker = $"{corpus}/{utterance.Speaker}",
            Emotion = labelOf(utterance.Emotion),
            Details =
            [
                new(Manifest.CorpusColumn, corpus),
                .. Ratings.Renamed(utterance.Details, labelOf).Where(d => d.Key != Manifest.CorpusColumn),
            ],
        };
}

using Prosodia.Evaluation.Corpora;
using Prosodia.Training.Data;
using Prosodia.Training.Learners;

namespace Prosodia.Training.Experiments;

/// <summary>Which votes are what is true of recordings, and what is learned of them.</summary>
/// <param name="Training">What models learn of them.</param>
/// <param name="Set">The set of votes; empty for that of the recording as a whole.</param>
internal sealed record VoteOptions(VoteTraining Training, string Set);

/// <summary>
/// What is true of recordings: their labels, what most raters chose, or numbers. Recordings of which that isn't known
/// are left out.
/// </summary>
/// <param name="Targets">The numbers; empty for labels.</param>
/// <param name="Votes">The votes that labels come from; null for the manifest's own labels.</param>
internal sealed record Truth(IReadOnlyList<NumericTarget> Targets, VoteOptions? Votes)
{
    /// <summary>Whether it is the manifest's own emotions.</summary>
    public bool IsByEmotion => Targets.Count == 0 && Votes is null;

    /// <summary>The manifest's own labels.</summary>
    public static Truth Labels { get; } = new([], null);

    /// <summary>The recordings of which it is known, with its label; an empty one where raters agree on none.</summary>
    /// <param name="utterances">The recordings.</param>
    /// <exception cref="InputException">It is known of none.</exception>
    public (
        IReadOnlyList<Utterance> Known,
        IReadOnlyList<InputException> Problems,
        IReadOnlyList<string> Warnings
    ) Select(IReadOnlyList<Utterance> utterances)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (!IsByEmotion)
        {
            var selected = Targets.Count > 0 ? WithNumbers(utterances) : WithVotes(utterances);
            return utterances.Select(CorpusOf).Except(selected.Item1.Select(CorpusOf)).FirstOrDefault() is { } lost
                ? throw new InputException(
                    lost,
                    Votes is null
                        ? $"has no numbers in {string.Join(" and ", Targets.Select(t => t.Name))}"
                        : "has no votes",
                    "Leave that corpus out, or add them to its manifest"
                )
                : selected;
        }
        Utterance[] agreed = [.. utterances.Where(u => u.Emotion != EmotionLabels.NoAgreement)];
        var left = utterances.Count - agreed.Length;
        if (agreed.Length == 0)
            throw new InputException(
                "the manifest",
                "has no recording on whose emotion raters agree",
                "Evaluate with --votes distribution, or --target"
            );
        return (agreed, [], left == 0 ? [] : [$"raters agree on no emotion of {left} recordings; they are left out"]);
    }

    /// <summary>What models learn of recordings that <see cref="Select"/> has given.</summary>
    public LearningTask Task(IReadOnlyList<Utterance> utterances, string[] classes)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (Targets.Count > 0)
            return new RegressionTask([.. utterances.Select(ValuesOf)]);
        int[] labels = [.. utterances.Select(u => Array.IndexOf(classes, u.Emotion))];
        return Votes is null
            ? new ClassificationTask(labels, classes.Length)
            : new ClassificationTask(
                labels,
                classes.Length,
                [.. VotesOf(utterances, classes).Select(v => Evaluation.Metrics.VoteMetrics.Shares(v))],
                Votes.Training
            );
    }

    /// <summary>The numbers of a recording.</summary>
    public double[] ValuesOf(Utterance utterance) => [.. Targets.Select(t => t.ValueOf(utterance)!.Value)];

    /// <summary>How many raters chose each class of each recording.</summary>
    public IReadOnlyList<double[]> VotesOf(IReadOnlyList<Utterance> utterances, string[] classes)
    {
        var table = VoteTable.Of(utterances, Votes!.Set);
        int[] places = [.. classes.Select(c => table.Labels.ToList().IndexOf(c))];
        return [.. table.Votes.Select(v => places.Select(p => v[p]).ToArray())];
    }

    /// <summary>What of a recording decides about what is learned, as a line of text.</summary>
    public string Fingerprint(Utterance utterance) =>
        string.Join(
            '\t',
            utterance
                .Details.Where(d => Votes is not null && Ratings.IsIn(d.Key) || Targets.Any(t => t.Name == d.Key))
                .Select(d => $"{d.Key}={d.Value}")
        );

    private (IReadOnlyList<Utterance>, IReadOnlyList<InputException>, IReadOnlyList<string>) WithNumbers(
        IReadOnlyList<Utterance> utterances
    )
    {
        var (known, problems) = (new List<Utterance>(), new List<InputException>());
        var without = Targets.ToDictionary(t => t.Name, _ => 0);
        foreach (var utterance in utterances)
        {
            try
            {
                string[] missing = [.. Targets.Where(t => t.ValueOf(utterance) is null).Select(t => t.Name)];
                if (missing.Length == 0)
                    known.Add(utterance);
                foreach (var name in missing)
                    without[name]++;
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        var names = string.Join(" and ", Targets.Select(t => $"'{t.Name}'"));
        if (known.Count == 0)
            throw problems.FirstOrDefault()
                ?? new InputException("the manifest", $"has no numbers in {names}", Advice(utterances));
        if (Targets.FirstOrDefault(t => known.Select(u => t.ValueOf(u)).Distinct().Count() < 2) is { } constant)
            throw new InputException(
                "the manifest",
                $"has the same number in '{constant.Name}' for all recordings",
                "There is nothing to learn; choose another --target"
            );
        return (
            known,
            problems,
            [
                .. without
                    .Where(w => w.Value > 0)
                    .Select(w => $"recordings without a number in '{w.Key}', which are left out: {w.Value}"),
            ]
        );
    }

    private static string CorpusOf(Utterance utterance) => utterance.Detail(Manifest.CorpusColumn);

    private static string Advice(IReadOnlyList<Utterance> utterances)
    {
        string[] columns =
        [
            .. utterances
                .SelectMany(u => u.Details)
                .Where(d => !Ratings.IsIn(d.Key) && DecimalNumber.TryParse(d.Value, out _, out _))
                .Select(d => d.Key)
                .Distinct(),
        ];
        return columns.Length == 0
            ? "Add a column of numbers to the manifest"
            : $"Choose a column of numbers with --target: {string.Join(", ", columns)}";
    }

    private (IReadOnlyList<Utterance>, IReadOnlyList<InputException>, IReadOnlyList<string>) WithVotes(
        IReadOnlyList<Utterance> utterances
    )
    {
        var problems = new List<InputException>();
        var table = VoteTable.Of(utterances, Votes!.Set, problems);
        string?[] majorities = [.. table.Votes.Select(v => Ratings.Majority(table.Labels, v))];
        var classes = majorities.OfType<string>().ToHashSet();
        Utterance[] known =
        [
            .. utterances
                .Select((u, i) => u with { Emotion = majorities[i] ?? "" })
                .Where(
                    (_, i) => table.Votes[i].Index().Any(v => v.Item > 0 && classes.Contains(table.Labels[v.Index]))
                ),
        ];
        var (without, tied) = (
            utterances.Count - known.Length - problems.Count,
            known.Count(u => u.Emotion.Length == 0)
        );
        if (classes.Count < 2)
            throw new InputException(
                "the manifest",
                $"has {classes.Count} labels that most raters of a recording chose",
                "At least two are needed to tell apart"
            );
        string[] rare = [.. table.Labels.Except(classes)];
        var ofRare = table.Votes.Sum(v => v.Where((_, c) => !classes.Contains(table.Labels[c])).Sum());
        var share = ofRare / table.Votes.Sum(v => v.Sum());
        return (
            known,
            problems,
            [
                .. without == 0
                    ? (string[])[]
                    : [$"{without} recordings have no votes for these labels; they are left out"],
                .. rare.Length == 0
                    ? (string[])[]
                    :
                    [
                        $"{100 * share:0.0} % of the votes are for labels that are no recording's majority "
                            + $"({string.Join(", ", rare)}); they are left out",
                    ],
                .. tied == 0
                    ? (string[])[]
                    : [$"{tied} recordings have no majority; they count for the distribution of votes only"],
            ]
        );
    }
}

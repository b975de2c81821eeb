using System.Globalization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>Looks for what makes the figures of a split too good, or biased.</summary>
/// <param name="split">The split.</param>
/// <param name="sounds">What was measured of its recordings.</param>
/// <param name="seed">Shuffles labels.</param>
internal sealed class SplitAudit(AuditedSplit split, AuditedSounds sounds, int seed)
{
    /// <summary>The check for shared sentences.</summary>
    public const string SentenceOverlap = "sentence overlap";

    private const double NearlySilent = -60, // dB
        MuchClipped = 0.001; // of the samples
    private const int FewOfClass = 5;

    private readonly List<AuditFinding> _findings = [];

    /// <summary>All checks.</summary>
    public IReadOnlyList<AuditFinding> Run()
    {
        Speakers();
        Recordings();
        Duplicates();
        Sentences();
        Classes();
        Files();
        Shortcuts();
        return _findings;
    }

    /// <summary>What is said, in one spelling; other corpora may number their sentences alike.</summary>
    internal static string SentenceOf(Utterance utterance) =>
        utterance.Detail(Manifest.TextColumn).Trim().ToLowerInvariant() is { Length: > 0 } text
            ? $"{utterance.Detail(Manifest.CorpusColumn)} {text}".Trim()
            : "";

    /// <summary>A speaker's name; other people may have it in another corpus.</summary>
    internal static string SpeakerOf(Utterance utterance) =>
        utterance.Detail(Manifest.CorpusColumn) is { Length: > 0 } corpus && utterance.Speaker.Length > 0
            ? $"{corpus} {utterance.Speaker}"
            : utterance.Speaker;

    private void Speakers()
    {
        foreach (var (one, other) in Pairs())
        {
            string[] both = [.. Names(one).Intersect(Names(other)).Order(StringComparer.Ordinal)];
            if (both.Length > 0)
                Add(
                    "speaker overlap",
                    AuditSeverity.Leak,
                    $"{both.Length} of {Names(other).Count} speakers of {other} are in {one}, too",
                    both
                );
        }
        var without = split.Rows.Where(r => r.Utterance.Speaker.Length == 0).Select(r => r.Utterance.Name).ToArray();
        if (without.Length > 0)
            Add(
                "speaker unknown",
                AuditSeverity.Warning,
                $"{without.Length} recordings have no speaker, so that nothing says whether parts share people; name "
                    + "them with --speaker REGEX",
                without
            );

        HashSet<string> Names(string part) => [.. split.Of(part).Select(SpeakerOf).Where(s => s.Length > 0)];
    }

    private void Recordings()
    {
        foreach (var (one, other) in Pairs())
        {
            string[] both = [.. Paths(one).Intersect(Paths(other)).Order(StringComparer.Ordinal)];
            if (both.Length > 0)
                Add(
                    "recording overlap",
                    AuditSeverity.Leak,
                    $"{both.Length} recordings are in {one} and in {other}",
                    both
                );
        }
        string[] twice =
        [
            .. split
                .Rows.Where(r => r.Utterance.Path.Length > 0)
                .GroupBy(r => (r.Part, r.Utterance.Name))
                .Where(g => g.Count() > 1)
                .Select(g => $"{g.Key.Name}, {g.Count()} times in {g.Key.Part}"),
        ];
        if (twice.Length > 0)
            Add("listed again", AuditSeverity.Warning, $"{twice.Length} recordings are listed more than once", twice);
        Conflicts(
            split
                .Rows.Where(r => r.Utterance.Path.Length > 0)
                .GroupBy(r => r.Utterance.Name)
                .SelectMany(g => g.Skip(1).Select(r => (g.First(), r)))
        );

        IEnumerable<string> Paths(string part) => split.Of(part).Where(u => u.Path.Length > 0).Select(u => u.Identity);
    }

    private void Duplicates()
    {
        var rows = split.Rows.Where(r => r.Utterance.Path.Length > 0).ToLookup(r => r.Utterance.Name);
        var found = sounds
            .Duplicates.SelectMany(d =>
                rows[d.One.Name].SelectMany(one => rows[d.Other.Name].Select(other => (one, other, d.Match)))
            )
            .ToArray();
        foreach (var (one, other) in Pairs())
            AddPairs(
                "same sound in two parts",
                AuditSeverity.Leak,
                n => $"{n} times a recording of {other} has the sound of one of {one} under another path",
                found.Where(p => p.one.Part != p.other.Part && Is(p.one, one, other) && Is(p.other, one, other))
            );
        AddPairs(
            "same sound again",
            AuditSeverity.Warning,
            n => $"{n} times two recordings of a part have the same sound",
            found.Where(p => p.one.Part == p.other.Part)
        );
        Conflicts(found.Select(p => (p.one, p.other)));

        static bool Is(SplitRow row, string one, string other) => row.Part == one || row.Part == other;

        void AddPairs(
            string check,
            AuditSeverity severity,
            Func<int, string> summary,
            IEnumerable<(SplitRow One, SplitRow Other, Duplicate Match)> pairs
        )
        {
            string[] items = [.. pairs.Select(p => Describe(p.One, p.Other, p.Match))];
            if (items.Length > 0)
                Add(check, severity, summary(items.Length), items);
        }
    }

    /// <summary>Recordings with the same sound or name that are labeled differently.</summary>
    private void Conflicts(IEnumerable<(SplitRow One, SplitRow Other)> same)
    {
        var pairs = same.ToArray();
        Report("label conflict", "emotion", r => r.Utterance.Emotion);
        Report("speaker conflict", "speaker", r => SpeakerOf(r.Utterance));

        void Report(string check, string what, Func<SplitRow, string> of)
        {
            string[] items =
            [
                .. pairs
                    .Where(p => of(p.One).Length > 0 && of(p.Other).Length > 0 && of(p.One) != of(p.Other))
                    .Select(p => $"{p.One.Utterance.Name}: {of(p.One)}; {p.Other.Utterance.Name}: {of(p.Other)}"),
            ];
            if (items.Length > 0)
                Add(check, AuditSeverity.Warning, $"{items.Length} times the same sound has another {what}", items);
        }
    }

    private void Sentences()
    {
        // of a cross-validation, each fold against all others
        foreach (var part in split.Parts.Where(p => IsCrossValidation() || p != SplitPart.Train))
        {
            var others = IsCrossValidation() ? split.Parts.Where(p => p != part) : [SplitPart.Train];
            var known = others.SelectMany(Texts).ToHashSet();
            var (asked, again) = (Texts(part).Count(), Texts(part).Count(known.Contains));
            if (again > 0)
                Add(
                    SentenceOverlap,
                    AuditSeverity.Note,
                    $"{again} of {asked} recordings of {part} say a sentence that "
                        + $"{(IsCrossValidation() ? "another fold" : SplitPart.Train)} has, too",
                    [.. Texts(part).Where(known.Contains).Distinct().Order(StringComparer.Ordinal)]
                );
        }

        IEnumerable<string> Texts(string part) => split.Of(part).Select(SentenceOf).Where(t => t.Length > 0);
    }

    private void Classes()
    {
        string[] classes = [.. split.Rows.Select(r => r.Utterance).Emotions().Where(e => e.Length > 0)];
        foreach (var part in split.Parts)
        {
            var counts = classes.ToDictionary(c => c, c => split.Of(part).Count(u => u.Emotion == c));
            string[] missing = [.. classes.Where(c => counts[c] == 0)],
                few = [.. classes.Where(c => counts[c] is > 0 and < FewOfClass).Select(c => $"{c}: {counts[c]}")];
            if (missing.Length > 0)
                Add(
                    "class missing",
                    AuditSeverity.Warning,
                    $"{part} has no recording of {missing.Length} classes",
                    missing
                );
            if (few.Length > 0)
                Add(
                    "class rare",
                    AuditSeverity.Note,
                    $"{part} has fewer than {FewOfClass} recordings of {few.Length} classes",
                    few
                );
        }
    }

    private void Files()
    {
        Utterance[] utterances =
        [
            .. split.Rows.Select(r => r.Utterance).Where(u => u.Path.Length > 0).DistinctBy(u => u.Name),
        ];
        var read = utterances.Where(u => sounds.Checks.ContainsKey(u.Name)).ToArray();
        AddFiles(
            "unusable",
            AuditSeverity.Warning,
            "cannot be used: silent, empty or damaged",
            utterances.Where(u => sounds.Problems.ContainsKey(u.Name)),
            u => sounds.Problems[u.Name].Message
        );
        AddFiles(
            "truncated",
            AuditSeverity.Warning,
            "are cut off or odd",
            read.Where(u => Check(u).Warnings.Count > 0),
            u => string.Join("; ", Check(u).Warnings)
        );
        AddFiles(
            "nearly silent",
            AuditSeverity.Warning,
            $"are quieter than {NearlySilent} dB",
            read.Where(u => Check(u).Level < NearlySilent),
            u => Text($"{u.Name}: {Check(u).Level:0} dB")
        );
        AddFiles(
            "clipped",
            AuditSeverity.Warning,
            Text($"have more than {MuchClipped:0.0%} of their samples in flat tops"),
            read.Where(u => Check(u).Clipped > MuchClipped),
            u => Text($"{u.Name}: {Check(u).Clipped:0.0%}")
        );
        AddFiles(
            "cut into speech",
            AuditSeverity.Note,
            "begin or end with sound as loud as speech",
            read.Where(u => Check(u).StartsWithin || Check(u).EndsWithin),
            u => u.Name
        );
        var without = utterances.Length - read.Length - utterances.Count(u => sounds.Problems.ContainsKey(u.Name));
        if (without > 0)
            Add(
                "not read",
                AuditSeverity.Note,
                $"{without} of {utterances.Length} recordings were not read, so that the same sound under two names is "
                    + "not found among them; --audio DIR says where they are",
                []
            );

        void AddFiles(
            string check,
            AuditSeverity severity,
            string what,
            IEnumerable<Utterance> which,
            Func<Utterance, string> describe
        )
        {
            string[] items = [.. which.Select(describe)];
            if (items.Length > 0)
                Add(check, severity, $"{items.Length} of {utterances.Length} recordings {what}", items);
        }
    }

    private void Shortcuts()
    {
        foreach (var (one, other) in Pairs().Where(p => p.One == SplitPart.Train))
            if (ShortcutModel.Measure(Measured(one), Measured(other), seed) is { BeatsChance: true } shortcut)
                Add(
                    "shortcut",
                    AuditSeverity.Note,
                    $"length, level and noise floor alone tell the classes of {other} with UA "
                        + Text(
                            $"{shortcut.Ua:0.000} (chance {shortcut.Chance:0.000}, p = {shortcut.Probability:0.000})"
                        ),
                    []
                );

        (RecordingCheck, string)[] Measured(string part) =>
            [
                .. split
                    .Of(part)
                    .Where(u => u.Emotion.Length > 0 && sounds.Checks.ContainsKey(u.Name))
                    .Select(u => (Check(u), u.Emotion)),
            ];
    }

    private RecordingCheck Check(Utterance utterance) => sounds.Checks[utterance.Name];

    private bool IsCrossValidation() => !split.Parts.Contains(SplitPart.Train);

    private IEnumerable<(string One, string Other)> Pairs() =>
        split.Parts.SelectMany((one, i) => split.Parts.Skip(i + 1).Select(other => (one, other)));

    private static string Describe(SplitRow one, SplitRow other, Duplicate match) =>
        $"{one.Part}: {one.Utterance.Name} = {other.Part}: {other.Utterance.Name} "
        + Text($"(correlation {match.Correlation:0.00}, {match.Shift:+0.00;-0.00;0.00} s, ")
        + Text($"{match.Gain:+0.0;-0.0;0.0} dB)");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Add(string check, AuditSeverity severity, string summary, IReadOnlyList<string> items) =>
        _findings.Add(new AuditFinding(split.Name, check, severity, summary, items));
}

using System.Globalization;
using Prosodia.Corpora;
using Prosodia.Evaluation;

namespace Prosodia.Training;

/// <summary>
/// Standardises what a model reads by the speaker's own recordings, whose emotions it doesn't know, or by some neutral ones that a
/// speaker made for it. Without many recordings a speaker's mean and deviation are drawn towards those of other speakers.
/// Source of the idea: Busso et al., Iterative Feature Normalization Scheme, IEEE Transactions on Affective Computing 4, 2013.
/// </summary>
/// <param name="NeutralRecordings">How many neutral recordings of each speaker to enrol; they are in no part of any fold. Null for unlabelled ones.</param>
/// <param name="Seconds">How much unlabelled speech of each speaker to use at most; null for all.</param>
public sealed record SpeakerAdaptation(int? NeutralRecordings, double? Seconds)
{
    private const string Neutral = "neutral";
    private const double DeviationPrior = 5; // recordings that other speakers' spread counts as

    /// <summary>What <see cref="Parse"/> takes.</summary>
    public const string Names = "speaker, speaker:SECONDS, neutral:N";

    /// <summary>The name on the command line and in results.</summary>
    public string Name => NeutralRecordings is { } n ? string.Create(CultureInfo.InvariantCulture, $"neutral:{n}")
        : Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"speaker:{s}") : "speaker";

    /// <summary>What every reader of the figures must know.</summary>
    public string Note => NeutralRecordings is { } n
        ? $"Adapted to each speaker by {n} neutral recording(s) of that speaker, which are not tested: not comparable to figures without adaptation."
        : $"Adapted to each speaker by {(Seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s} s of") : "all of")} that speaker's own unlabelled recordings, the tested ones among them: not comparable to figures without adaptation.";

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

    /// <summary>Adapts a corpus.</summary>
    /// <param name="corpus">The corpus; its items are changed in place.</param>
    /// <param name="splits">Makes the folds: speakers who are tested together don't serve each other.</param>
    /// <param name="seed">Draws the recordings that adapt.</param>
    /// <exception cref="InputException">A speaker has too few neutral recordings, or the length of recordings is not known.</exception>
    public ExperimentCorpus Apply(ExperimentCorpus corpus, Func<IReadOnlyList<Utterance>, IReadOnlyList<Split>> splits, int seed)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(splits);
        var random = new Random(seed);
        var own = corpus.Utterances.Index().GroupBy(u => u.Item.Speaker, u => u.Index).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray());
        var references = own.ToDictionary(s => s.Key, s => References(s.Key, s.Value, corpus.Utterances, random));
        var enrolled = NeutralRecordings is null ? [] : references.Values.SelectMany(r => r).ToHashSet();
        int[] kept = [.. Enumerable.Range(0, corpus.Utterances.Count).Where(u => !enrolled.Contains(u))];
        Utterance[] utterances = [.. kept.Select(u => corpus.Utterances[u])];
        var testedTogether = splits(utterances).SelectMany(s => s.Test.Speakers().Select(t => (t, s.Test.Speakers()))).ToLookup(p => p.t, p => p.Item2);

        foreach (var (kind, items) in corpus.Items)
        {
            var shape = corpus.Shapes[kind];
            var measured = own.Keys.ToDictionary(s => s, s => Moments.Of(references[s].Select(u => items[u]), shape));
            var spread = own.ToDictionary(s => s.Key, s => NeutralRecordings is null ? measured[s.Key] : Moments.Of(s.Value.Select(u => items[u]), shape));
            foreach (var (speaker, recordings) in own)
            {
                var companions = testedTogether[speaker].SelectMany(s => s).Append(speaker).ToHashSet();
                string[] others = [.. own.Keys.Where(s => !companions.Contains(s))];
                var count = references[speaker].Length;
                measured[speaker].Drawn(count, [.. others.Select(s => measured[s])], [.. others.Select(s => spread[s])], NeutralRecordings is null).Standardise(recordings.Select(u => items[u]), shape);
            }
        }
        return corpus with
        {
            Utterances = utterances,
            Items = corpus.Items.ToDictionary(i => i.Key, i => (IReadOnlyList<float[]>)[.. kept.Select(u => i.Value[u])]),
        };
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

    /// <summary>Mean and variance of each feature.</summary>
    private sealed record Moments(double[] Mean, double[] Variance)
    {
        public static Moments Of(IEnumerable<float[]> sequences, long[] shape)
        {
            var each = EachFeature(shape);
            double[] sum = new double[shape[0]], squares = new double[shape[0]];
            long count = 0;
            foreach (var sequence in sequences)
            {
                for (var i = 0; i < sequence.Length; i++)
                {
                    var feature = i / each % sum.Length;
                    sum[feature] += sequence[i];
                    squares[feature] += (double)sequence[i] * sequence[i];
                }
                count += sequence.Length / sum.Length;
            }
            double[] mean = [.. sum.Select(s => s / count)];
            return new Moments(mean, [.. squares.Select((q, f) => Math.Max(0, q / count - mean[f] * mean[f]))]);
        }

        /// <summary>
        /// These moments of some recordings, with those of others as if a few more had them: the fewer, the more speakers differ
        /// (empirical Bayes; Efron and Morris, JASA 70, 1975).
        /// </summary>
        public Moments Drawn(int count, Moments[] others, Moments[] spreads, bool ownSpread)
        {
            if (others.Length == 0) return this;
            var recordings = ownSpread ? count : 0;
            var mean = new double[Mean.Length];
            var variance = new double[Mean.Length];
            for (var f = 0; f < mean.Length; f++)
            {
                var (centre, within) = (others.Average(o => o.Mean[f]), spreads.Average(o => o.Variance[f]));
                var between = others.Average(o => (o.Mean[f] - centre) * (o.Mean[f] - centre));
                var prior = between > 0 ? within / between : 0;
                mean[f] = (count * Mean[f] + prior * centre) / (count + prior);
                variance[f] = (recordings * Variance[f] + DeviationPrior * within) / (recordings + DeviationPrior);
            }
            return new Moments(mean, variance);
        }

        public void Standardise(IEnumerable<float[]> sequences, long[] shape)
        {
            var each = EachFeature(shape);
            double[] scale = [.. Variance.Select(v => v > 1e-18 ? 1 / Math.Sqrt(v) : 0)];
            foreach (var sequence in sequences)
                for (var i = 0; i < sequence.Length; i++)
                {
                    var feature = i / each % scale.Length;
                    sequence[i] = (float)((sequence[i] - Mean[feature]) * scale[feature]);
                }
        }

        private static int EachFeature(long[] shape) => (int)shape.Skip(1).Aggregate(1L, (a, b) => a * b);
    }
}

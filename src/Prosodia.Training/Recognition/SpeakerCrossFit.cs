using Prosodia.Recognition;
using Prosodia.Training.Classifiers;
using static TorchSharp.torch;

namespace Prosodia.Training.Recognition;

/// <summary>What a model learns from: features of recordings, each heard in several versions, and of other sound.</summary>
/// <param name="Versions">Features by version and recording; the first version is the recording as it is.</param>
/// <param name="Labels">The emotion of each recording.</param>
/// <param name="Speakers">The speaker of each recording.</param>
/// <param name="Emotions">The emotions.</param>
internal sealed record Examples(float[][][] Versions, int[] Labels, string[] Speakers, string[] Emotions);

/// <summary>A model, and what it says of recordings that it was fitted to, each time without their speakers.</summary>
/// <param name="Model">The model.</param>
/// <param name="Shrinkage">What was chosen.</param>
/// <param name="Held">The emotions' probabilities of each known recording.</param>
/// <param name="HeldSpeech">Whether each was taken for speech.</param>
internal sealed record CrossFit(LinearEmotionModel Model, double Shrinkage, IReadOnlyDictionary<int, double[]> Held, IReadOnlyDictionary<int, bool> HeldSpeech);

/// <summary>
/// Fits a model to recordings of known speakers. How strongly it is regularised, how sure it may be and how unlike speech speech may be
/// come from cross-validation over these speakers.
/// </summary>
internal sealed class SpeakerCrossFit(Examples examples, int seed)
{
    private const int InnerGroupCount = 5;
    private const double SpeechShrinkage = 0.3, SpeechLost = 0.005; // share of recordings of speech that may be taken for something else

    private static readonly double[] Shrinkages = [0.1, 0.3, 0.5, 0.7];

    /// <summary>Fits a model.</summary>
    /// <param name="known">The recordings to fit it to.</param>
    /// <param name="other">Features of sound that is no speech.</param>
    public CrossFit Fit(int[] known, IReadOnlyList<float[]> other)
    {
        using var scope = NewDisposeScope();
        var emotions = examples.Emotions.Length;
        var scale = DeviateScale.Fit([.. known.Select(u => examples.Versions[0][u])]);
        var deviates = known.ToDictionary(u => u, u => examples.Versions.Select(v => scale.Apply(v[u])).ToArray());
        var groups = InnerGroups.Of(known, examples.Speakers, InnerGroupCount, seed);
        LinearDiscriminant.Statistics[] statistics = [.. groups.Select(group => LinearDiscriminant.Statistics.Of(
            [.. group.SelectMany(u => deviates[u])], [.. group.SelectMany(u => deviates[u].Select(_ => examples.Labels[u]))], emotions))];
        var otherStatistics = LinearDiscriminant.Statistics.Of([.. other.Select(scale.Apply)], [.. other.Select(_ => 0)], 2);

        var scores = Shrinkages.Select(_ => new Dictionary<int, double[]>()).ToArray();
        var speech = new Dictionary<int, double>();
        foreach (var (g, group) in groups.Index())
        {
            var rest = LinearDiscriminant.Statistics.Total([.. statistics.Where((_, i) => i != g)]);
            foreach (var (s, shrinkage) in Shrinkages.Index())
            {
                var discriminant = LinearDiscriminant.Fit(rest, shrinkage);
                foreach (var u in group) scores[s][u] = discriminant.Score(deviates[u][0]);
            }
            var (weights, bias) = SpeechScore(rest, otherStatistics);
            foreach (var u in group) speech[u] = bias + weights.Zip(deviates[u][0], (w, x) => (double)w * x).Sum();
        }

        var (best, temperature) = Shrinkages.Select((_, s) => (Index: s, Fit: Calibrate(scores[s]))).MinBy(c => c.Fit.Loss) is var chosen ? (chosen.Index, chosen.Fit.Temperature) : default;
        var all = LinearDiscriminant.Statistics.Total(statistics);
        var final = LinearDiscriminant.Fit(all, Shrinkages[best]);
        var (speechWeights, speechBias) = SpeechScore(all, otherStatistics);
        var least = speech.Values.Order().ElementAt((int)(SpeechLost * speech.Count));
        return new CrossFit(
            new LinearEmotionModel(scale, [.. final.Weights.Select(w => w.Select(x => (float)(x / temperature)).ToArray())], [.. final.Bias.Select(b => (float)(b / temperature))],
                speechWeights, (float)(speechBias - least)),
            Shrinkages[best], scores[best].ToDictionary(s => s.Key, s => Softmax(s.Value, temperature)), speech.ToDictionary(s => s.Key, s => s.Value >= least));
    }

    /// <summary>LDA of speech against other sound, as one score that is above 0 for speech.</summary>
    private static (float[] Weights, double Bias) SpeechScore(LinearDiscriminant.Statistics speech, LinearDiscriminant.Statistics other)
    {
        var sum = speech.Sums.sum([0]).unsqueeze(0);
        var both = new LinearDiscriminant.Statistics(speech.Squares.add(other.Squares, Numbers.One), cat([other.Sums[..1], sum], 0), [other.Counts[0], speech.Counts.Sum()]);
        var discriminant = LinearDiscriminant.Fit(both, SpeechShrinkage);
        return ([.. discriminant.Weights.Select(w => (float)(w[1] - w[0]))], discriminant.Bias[1] - discriminant.Bias[0]);
    }

    /// <summary>The temperature of the lowest negative log-likelihood, each emotion having the same say; and that likelihood.</summary>
    private (double Temperature, double Loss) Calibrate(Dictionary<int, double[]> scores)
    {
        var counts = scores.Keys.CountBy(u => examples.Labels[u]).ToDictionary();
        double[] candidates = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, -1 + i / 20.0))];
        return candidates.Select(t => (t, scores.Sum(s => -Math.Log(Math.Max(1e-12, Softmax(s.Value, t)[examples.Labels[s.Key]])) / counts[examples.Labels[s.Key]]))).MinBy(c => c.Item2);
    }

    private static double[] Softmax(double[] scores, double temperature)
    {
        var largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp((s - largest) / temperature))];
        return [.. powers.Select(p => p / powers.Sum())];
    }
}

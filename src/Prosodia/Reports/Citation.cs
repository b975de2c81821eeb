using System.Globalization;
using Prosodia.Evaluation;

namespace Prosodia.Reports;

/// <summary>How to write about an evaluation: a paragraph on the method, and what to cite.</summary>
internal static class Citation
{
    private const string BibTex = """
        @article{mustaqeem2020clustering,
          author  = {Mustaqeem and Sajjad, Muhammad and Kwon, Soonil},
          title   = {Clustering-Based Speech Emotion Recognition by Incorporating Learned Features and Deep {BiLSTM}},
          journal = {IEEE Access},
          volume  = {8},
          pages   = {79861--79875},
          year    = {2020},
          doi     = {10.1109/ACCESS.2020.2990405}
        }
        @software{prosodia,
          author  = {{The Prosodia authors}},
          title   = {Prosodia: speech emotion recognition for .{NET}},
          version = {VERSION}
        }
        """;

    /// <summary>What was done, in words that a paper can use.</summary>
    public static string Method(EvaluationResult result)
    {
        var (setup, settings) = (result.Setup, result.Setup.Settings);
        double Of(string name) => settings.GetValueOrDefault(name);
        var features = setup.Encoder is { } encoder
            ? $"Features of each key segment came from a frozen encoder ({encoder}) and were z-normalised with statistics of the training recordings."
            : "A convolutional network over each key segment's log spectrogram was trained together with the classifier.";
        return string.Create(CultureInfo.InvariantCulture, $"""
            Recordings were cut into segments of 500 ms with 25 % overlap. The number of clusters of each came from shot boundaries
            (threshold {Of("beta")} times the mean distance of neighbours); kernel k-means with a radial basis function
            ({Of("kmeans_starts")} starts) gave the clusters, and the segment nearest each centre was kept (Mustaqeem et al., 2020). {features}
            A two-layer bidirectional LSTM with 256 units each way classified the sequence ({result.Classes.Count} classes; class-balanced
            negative log-likelihood; Adam, learning rate {Of("learning_rate")}; batches of {Of("batch")}; at most {Of("epochs")} epochs, the one
            of the lowest validation loss kept). {setup.ProtocolDescription} On {result.Predictions.Count} test recordings the unweighted accuracy was
            {100 * result.Pooled.Ua:0.0} % (95 % interval over speakers {100 * result.Ci95["ua"][0]:0.0} to {100 * result.Ci95["ua"][1]:0.0}), the weighted
            accuracy {100 * result.Pooled.Wa:0.0} %, macro F1 {100 * result.Pooled.F1:0.0} % (seed {setup.Seed}).
            """).ReplaceLineEndings(" ");
    }

    /// <summary>The entries with this program's version.</summary>
    public static string Entries() => BibTex.Replace("VERSION", typeof(Citation).Assembly.GetName().Version!.ToString(3), StringComparison.Ordinal);
}

using System.Globalization;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Reports;

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

    private const string Prosody = "functionals of pitch, voice quality, spectrum, rhythm and modulation";

    private const string Acoustic =
        $"three groups of features with the same weight: {Prosody}; statistics of 700 random convolutions of "
        + "these contours (after Dempster et al., 2020); and logarithms of the covariances of their principal "
        + "components and of these components' steps";

    private const string Contours =
        "A convolutional network with attentive statistics pooling read contours of pitch, voice and spectrum; "
        + "four such networks, each holding back other known speakers, were averaged.";

    private const string Perturbed =
        "read recordings at 0.9, 1 and 1.1 times their speed (speed perturbation; Ko et al., 2015), in training "
        + "and when tested, where the answers were averaged.";

    private static string Loss(object votes) =>
        votes switch
        {
            "distribution" => "cross-entropy of the distribution of raters' votes",
            "onerater" => "cross-entropy of one rater's choice, drawn anew each time,",
            "weighted" => "negative log-likelihood of the majority's label, weighted by its share of the votes,",
            _ => "negative log-likelihood",
        };

    /// <summary>What was done, in words that a paper can use.</summary>
    public static string Method(EvaluationResult result)
    {
        var setup = result.Setup;
        object Of(string name) => setup.Settings.GetValueOrDefault(name, 0);
        var adapted = Of("adapt") is string name and not "no"
            ? $" What models read was standardized by speaker ({name})."
            : "";
        var speeds = SpeedsOf(result.Speeds);
        var training = string.Create(
            CultureInfo.InvariantCulture,
            $"Networks were trained with class-balanced {Loss(Of("votes"))} and Adam (learning rate at most "
                + $"{Of("learning_rate")}, one cycle; batches of {Of("batch")}; label smoothing "
                + $"{Of("label_smoothing")}; at most {Of("epochs")} epochs, the averaged weights of the lowest "
                + $"validation loss kept)."
        );
        var method = setup.Model switch
        {
            "prosody" => ClosedForm(Of("set") is string set ? $"the feature set {set}" : Prosody),
            "egemaps" => "An utterance was described by the 88 functionals of eGeMAPSv02, standardized by the known "
                + "recordings, and classified by shrinkage LDA.",
            "acoustic" => ClosedForm(Acoustic),
            "contours" => $"{Contours} {training}",
            "encoder" => Encoder(setup, Of, training),
            "fusion" =>
                $"{(setup.Encoder is null ? "Two" : "Three")} streams were combined log-linearly with weights learned "
                    + $"on known speakers that the streams were not trained on. First: {ClosedForm(Acoustic)} Second: "
                    + $"{Contours} {training}"
                    + (setup.Encoder is null ? "" : $" Third: {Encoder(setup, Of, "")}"),
            _ => $"{Segments(setup, Of)} {training}",
        };
        var ua = result.Ci95["ua"];
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{method}{speeds}{adapted} There were {result.Classes.Count} classes. {setup.ProtocolDescription} "
                    + $"On {result.Predictions.Count} test recordings the unweighted accuracy was "
                    + $"{100 * result.Pooled.Ua:0.0} % ({ua.Text(Percent)}), "
                    + $"the weighted accuracy {100 * result.Pooled.Wa:0.0} %, macro F1 "
                    + $"{100 * result.Pooled.F1:0.0} % (seed {setup.Seed})."
            )
            .ReplaceLineEndings(" ");
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Which streams of the model read recordings at several speeds.</summary>
    private static string SpeedsOf(IReadOnlyList<int> speeds)
    {
        string[] perturbed = [.. speeds.Index().Where(s => s.Item > 1).Select(s => s.Index == 0 ? "first" : "second")];
        return perturbed.Length == 0 ? ""
            : perturbed.Length == speeds.Count ? $" Models {Perturbed}"
            : $" The {perturbed[0]} {Perturbed}";
    }

    private static string Encoder(EvaluationSetup setup, Func<string, object> of, string training)
    {
        var layer =
            of("layer") is string
                ? "the layer that did best in cross-validation over known speakers"
                : $"layer {of("layer")}";
        return of("pooling") is "attentive"
            ? $"The frames that {layer} of an encoder ({setup.Encoder}) gives for an utterance were pooled by "
                + $"attentive statistics in a small network. {training}".TrimEnd()
            : ClosedForm(
                $"the mean and standard deviation over time of what {layer} of an encoder ({setup.Encoder}) gives"
            );
    }

    private static string ClosedForm(string features) =>
        $"An utterance was described by {features}. Each feature was ranked against the known recordings. "
        + "Shrinkage LDA and RBF kernel ridge regression, with settings and weights from cross-validation over "
        + "known speakers, classified it.";

    private static string Segments(EvaluationSetup setup, Func<string, object> of)
    {
        var normalized = of("normalise") is true
            ? " and were z-normalized with statistics of the training recordings"
            : "";
        var features = setup.Encoder is { } encoder
            ? $"Features of each came from {(of("fine_tune") is string stages ? Tuned(stages) : "a frozen encoder")} "
                + $"({encoder}){normalized}."
            : "A convolutional network over the mel spectrogram of each was trained together with the classifier.";
        var classifier = of("head") is "mean"
            ? "A linear layer over their mean"
            : "A two-layer bidirectional LSTM with 256 units each way";
        return "Recordings were cut into segments of 500 ms with 25 % overlap. "
            + $"{Selection(setup.KeySegments, of("beta"), of("kmeans_starts"))} {features} {classifier} classified the "
            + "sequence.";
    }

    private static string Tuned(string stages) =>
        stages == "all"
            ? "an encoder that was trained together with the classifier"
            : $"an encoder whose last stages ({stages}) were trained together with the classifier";

    private static string Selection(KeySegmentOptions options, object beta, object starts)
    {
        var clusters = string.Create(
            CultureInfo.InvariantCulture,
            $"shot boundaries (threshold {beta} times the mean distance of neighbors)"
        );
        return options.Choice switch
        {
            SegmentChoice.All => "All of them were kept.",
            SegmentChoice.Random => $"As many as there were {clusters} were drawn at random.",
            SegmentChoice.First => $"As many as there were {clusters} were kept from the beginning.",
            _ => $"The number of clusters of each came from {clusters}; kernel k-means with "
                + $"{(options.Distance == SegmentDistance.Rbf ? "a radial basis function" : "the Euclidean distance")} "
                + $"({starts} starts) gave the clusters, and the segment nearest each center was kept "
                + "(Mustaqeem et al., 2020).",
        };
    }

    /// <summary>The entries with this program's version.</summary>
    public static string Entries() =>
        BibTex.Replace("VERSION", typeof(Citation).Assembly.GetName().Version!.ToString(3), StringComparison.Ordinal);
}

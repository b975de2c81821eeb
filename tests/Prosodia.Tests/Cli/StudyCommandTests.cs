using System.Text.Json;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

/// <summary>Commands of several evaluations, on a corpus of six speakers.</summary>
[Trait("Tier", "Slow")]
public sealed class StudyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StudyCommandTests()
    {
        var whole = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        (
            whole with
            {
                Utterances = [.. whole.Utterances.Where(u => string.CompareOrdinal(u.Speaker, "06") <= 0)],
            }
        ).Write(_folder["six.csv"]);
        (
            whole with
            {
                Utterances = [.. whole.Utterances.Where(u => string.CompareOrdinal(u.Speaker, "06") > 0)],
            }
        ).Write(_folder["four.csv"]);
    }

    [Fact]
    public void Several_seeds_have_a_mean_a_deviation_and_a_report_each()
    {
        var run = Invoke(
            "evaluate",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:2",
            "--model",
            "compact",
            "--epochs",
            "1",
            "--seeds",
            "2",
            "--out",
            _folder["run"],
            "--json"
        );
        Assert.Equal(0, run.Code);
        var json = JsonDocument.Parse(run.Output).RootElement;
        double Ua(int seed) =>
            JsonDocument
                .Parse(File.ReadAllText(_folder[$"run/seed-{seed}/results.json"]))
                .RootElement.GetProperty("pooled")
                .GetProperty("ua")
                .GetDouble();
        Assert.Equal((Ua(1) + Ua(2)) / 2, json.GetProperty("mean").GetProperty("ua").GetDouble(), 1e-12);
        Assert.Contains(
            "href=\"seed-2/report.html\"",
            File.ReadAllText(_folder["run/seeds.html"]),
            StringComparison.Ordinal
        );
        Assert.Equal(5, File.ReadAllLines(_folder["run/seeds.csv"]).Length);
    }

    [Fact]
    public void Corpora_are_left_out_in_turn()
    {
        var run = Invoke(
            "evaluate",
            _folder["six.csv"],
            _folder["four.csv"],
            "--protocol",
            "leave-one-corpus-out",
            "--model",
            "compact",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains(
            "four+six",
            run.Output.Replace("six+four", "four+six", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Only emotions that every corpus has: angry, happy, neutral, sad.",
            run.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_ablation_answers_whether_choosing_segments_helps()
    {
        var run = Invoke(
            "ablate",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:2",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("All segments: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "variant",
                "The method",
                "All segments",
                "Random segments",
                "First segments",
                "Euclidean distance",
                "Beta 0.5",
                "Beta 0.75",
                "Beta 1.5",
                "Beta 2",
                "Mean instead of BiLSTM",
                "Not normalized",
            ],
            File.ReadLines(_folder["run/ablation.csv"]).Select(l => l.Split(',')[0].Trim('"'))
        );
        Assert.Contains(
            "All of them were kept.",
            File.ReadAllText(_folder["run/all-segments/report.html"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tuning_writes_its_curve_and_names_what_each_fold_chose()
    {
        var run = Invoke(
            "tune",
            _folder["six.csv"],
            "--protocol",
            "speaker-groups:3",
            "--inner",
            "2",
            "--betas",
            "1,1.5",
            "--dropouts",
            "0.2",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("UA over beta", File.ReadAllText(_folder["run/tuning.html"]), StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_folder["run/tuning.csv"]).Length);
        var folds = JsonDocument
            .Parse(File.ReadAllText(_folder["run/results.json"]))
            .RootElement.GetProperty("folds")
            .EnumerateArray();
        Assert.All(folds, f => Assert.Equal(0.2, f.GetProperty("chosen").GetProperty("dropout").GetDouble()));
    }

    [Fact]
    public void The_papers_table_has_both_protocols_and_the_folds_that_fit()
    {
        File.WriteAllText(
            _folder["folds.csv"],
            "fold,speaker\n" + string.Concat(Enumerable.Range(1, 6).Select(s => $"{s % 3},0{s}\n"))
        );
        var run = Invoke(
            "reproduce",
            _folder["six.csv"],
            _folder["four.csv"],
            "--folds",
            _folder["folds.csv"],
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["speaker-dependent", "speaker-independent", "folds:folds.csv", "speaker-dependent", "speaker-independent"],
            File.ReadLines(_folder["run/reproduction.csv"]).Skip(1).Select(l => l.Split(',')[1])
        );
        Assert.Contains("left out: IEMOCAP, EMO-DB, RAVDESS.", run.Output, StringComparison.Ordinal);
        Assert.Contains("a gap of", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_evaluated_tuned_swept_compared_and_reproduced()
    {
        Rate();
        var run = Invoke([.. Evaluate("--target", "arousal:1:5"), "--out", _folder["one"]]);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("arousal: CCC 0.", run.Output, StringComparison.Ordinal);
        Assert.Contains("of the truth. One rater against", run.Output, StringComparison.Ordinal);
        var before = File.ReadAllText(_folder["one/results.json"]);
        Assert.Equal(0, Invoke([.. Evaluate("--target", "arousal:1:5"), "--out", _folder["one"], "--restart"]).Code);
        Assert.Equal(before, File.ReadAllText(_folder["one/results.json"]));
        var target = JsonDocument.Parse(before).RootElement.GetProperty("targets")[0];
        Assert.InRange(target.GetProperty("pooled").GetProperty("ccc").GetDouble(), 0.5, 1);
        Assert.Contains("src=\"data:image/png", File.ReadAllText(_folder["one/report.html"]), StringComparison.Ordinal);
        Assert.StartsWith(
            "fold,path,speaker,arousal,arousal_predicted,arousal_low,arousal_high",
            File.ReadLines(_folder["one/predictions.csv"]).First(),
            StringComparison.Ordinal
        );

        Assert.Equal(
            0,
            Invoke([.. Evaluate("--target", "arousal:1:5"), "--set", "gemaps", "--out", _folder["two"]]).Code
        );
        var compared = Invoke("compare", _folder["one"], _folder["two"]);
        Assert.Contains("CCC of arousal: A 0.", compared.Output, StringComparison.Ordinal);
        Assert.Contains("permutation over speakers: p =", compared.Output, StringComparison.Ordinal);
        Assert.Contains("CCC", Invoke("runs", _folder.Path, "--sort", "ccc").Output, StringComparison.Ordinal);

        var seeds = Invoke([.. Evaluate("--target", "arousal"), "--seeds", "2", "--out", _folder["seeds"]]);
        Assert.Contains("in the mean of 2 seeds", seeds.Output, StringComparison.Ordinal);

        var tuned = Invoke(
            "tune",
            _folder["six.csv"],
            "--target",
            "arousal",
            "--protocol",
            "speaker-groups:3",
            "--model",
            "compact",
            "--inner",
            "2",
            "--betas",
            "1",
            "--dropouts",
            "0.2,0.4",
            "--epochs",
            "1",
            "--out",
            _folder["tuned"]
        );
        Assert.True(tuned.Code == 0, tuned.Errors);
        Assert.Contains("inner CCC", File.ReadAllText(_folder["tuned/tuning.csv"]), StringComparison.Ordinal);

        File.WriteAllText(
            _folder["sweep.json"],
            $$"""
            {"corpora": ["{{_folder["six.csv"]}}"], "protocols": ["speaker-groups:2"], "models": ["prosody"],
             "settings": [{"target": "arousal"}, {"votes": "distribution"}]}
            """
        );
        var swept = Invoke("sweep", _folder["sweep.json"], "--out", _folder["sweep"]);
        Assert.True(swept.Code == 0, swept.Errors);
        Assert.Contains("JSD,arousal CCC,arousal RMSE", File.ReadLines(_folder["sweep/sweep.csv"]).First());

        var reproduced = Invoke(
            "reproduce",
            _folder["six.csv"],
            "--target",
            "arousal",
            "--model",
            "prosody",
            "--out",
            _folder["paper"]
        );
        Assert.True(reproduced.Code == 0, reproduced.Errors);
        Assert.Contains("arousal: CCC is 0.", reproduced.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("distribution")]
    [InlineData("one-rater")]
    public void Votes_are_learned_and_the_people_stand_beside_the_model(string training)
    {
        Rate();
        var run = Invoke([.. Evaluate("--votes", training), "--out", _folder["run"]]);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("People: UA ", run.Output, StringComparison.Ordinal);
        var votes = JsonDocument.Parse(File.ReadAllText(_folder["run/results.json"])).RootElement.GetProperty("votes");
        double Of(string name) => votes.GetProperty(name).GetDouble();
        Assert.True(Of("jsd") < Of("jsd_of_mean"));
        Assert.InRange(Of("several_labels_f1"), 0.3, 1);
        Assert.Equal(1, votes.GetProperty("tied").GetInt32());
        Assert.Contains("<h2>Votes</h2>", File.ReadAllText(_folder["run/report.html"]), StringComparison.Ordinal);
        // the recording without a majority is in the table, and has no truth
        Assert.Single(File.ReadLines(_folder["run/predictions.csv"]), l => l.Contains(",,", StringComparison.Ordinal));
        var same = Invoke("compare", _folder["run"], _folder["run"]);
        Assert.Contains("JSD from the votes, in bits: A 0.", same.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target", "weather", "has no numbers in 'weather'", "arousal")]
    [InlineData("--target", "text:1:2", "out of 1 to 2", "range")]
    [InlineData("--votes", "distribution", "has no votes of the set 'face'", "--vote-set")]
    public void What_the_manifest_lacks_is_reported_with_what_it_has(
        string option,
        string value,
        string expected,
        string advice
    )
    {
        Rate();
        string[] set = option == "--votes" ? ["--vote-set", "face"] : [];
        var run = Invoke([.. Evaluate(option, value), .. set, "--out", _folder["run"]]);
        Assert.Equal(3, run.Code);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Contains(advice, run.Errors, StringComparison.Ordinal);
    }

    private string[] Evaluate(string option, string value) =>
        ["evaluate", _folder["six.csv"], option, value, "--protocol", "speaker-groups:3", "--model", "prosody"];

    /// <summary>Three raters of arousal, and nine who vote on the emotion, most of them as it was meant.</summary>
    private void Rate()
    {
        var random = new Random(1);
        string[] emotions = ["angry", "happy", "neutral", "sad"];
        double[] arousal = [4.5, 3.5, 2, 1.5];
        var manifest = Manifest.Read(_folder["six.csv"]);
        (
            manifest with
            {
                Utterances =
                [
                    .. manifest.Utterances.Select(
                        (u, i) =>
                        {
                            var emotion = Array.IndexOf(emotions, u.Emotion);
                            double[] raters =
                            [
                                .. Enumerable
                                    .Range(0, 3)
                                    .Select(_ => Math.Clamp(arousal[emotion] + random.NextDouble() - 0.5, 1, 5)),
                            ];
                            int[] votes =
                            [
                                .. emotions.Select(
                                    (_, e) =>
                                        i == 0 ? 2
                                        : e == emotion ? 5
                                        : 0
                                ),
                            ];
                            for (var rater = 0; rater < 4 && i > 0; rater++)
                                votes[random.Next(4)]++;
                            return u with
                            {
                                Details =
                                [
                                    .. u.Details,
                                    new("arousal", Ratings.Number(raters.Average())),
                                    .. raters.Select((r, n) => KeyValuePair.Create($"arousal:r{n}", Ratings.Number(r))),
                                    .. votes.Select((v, e) => KeyValuePair.Create($"votes:{emotions[e]}", $"{v}")),
                                ],
                            };
                        }
                    ),
                ],
            }
        ).Write(_folder["six.csv"]);
    }

    public void Dispose() => _folder.Dispose();
}

using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Training.Data;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Options;

/// <summary>What is true of recordings: their labels, the votes of raters, or numbers.</summary>
internal sealed class TruthOptions
{
    private const string OneRater = "one-rater";

    private readonly Option<string[]> _target = Target(
        "Predict the numbers of this column, such as arousal, instead of emotions; NAME:LOW:HIGH says which range they "
            + "have; may be given several times"
    );
    private readonly Option<string?> _votes = new Option<string?>("--votes")
    {
        Description =
            "The votes of raters (columns votes:LABEL or emotion:RATER) are what is true; learn from the majority, its "
            + "share as a weight (weighted), the distribution, or one rater at a time (one-rater)",
        HelpName = "HOW",
    }.AcceptOnlyFromAmong("majority", "weighted", "distribution", OneRater);
    private readonly Option<string> _set = new("--vote-set")
    {
        Description = "With --votes: the set of columns votes_SET:LABEL, such as face of CREMA-D",
        HelpName = "SET",
        DefaultValueFactory = _ => "",
    };

    /// <summary>The option that names columns of numbers.</summary>
    public static Option<string[]> Target(string description) =>
        new("--target")
        {
            Description = description,
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };

    /// <summary>The columns that <see cref="Target"/> took.</summary>
    public static NumericTarget[] ParseTargets(string[] texts)
    {
        var targets = NumericTarget.ParseAll(texts, out var problem);
        return problem is null ? targets : throw new UsageException($"--target: {problem}");
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_target);
        verb.Add(_votes);
        verb.Add(_set);
    }

    /// <summary>What options of <c>evaluate</c> ask for, and the labels that corpora have in common.</summary>
    public static (Truth Truth, string? Labels) OfOptions(IReadOnlyList<string> options)
    {
        var (truth, labels) = (new TruthOptions(), CommonOptions.Labels());
        var command = new RootCommand { labels };
        command.TreatUnmatchedTokensAsErrors = false;
        truth.AddTo(command);
        var arguments = command.Parse(options);
        return (truth.Parse(arguments), arguments.GetValue(labels));
    }

    /// <summary>What was asked for.</summary>
    public Truth Parse(ParseResult arguments)
    {
        var targets = ParseTargets(arguments.GetValue(_target)!);
        var (votes, set) = (arguments.GetValue(_votes), arguments.GetValue(_set)!);
        if (votes is null && set.Length > 0)
            throw new UsageException("--vote-set goes with --votes");
        if (votes is not null && targets.Length > 0)
            throw new UsageException("--votes doesn't go with --target");
        return new Truth(
            targets,
            votes is null
                ? null
                : new VoteOptions(
                    votes == OneRater ? VoteTraining.OneRater : Enum.Parse<VoteTraining>(votes, true),
                    set
                )
        );
    }
}

using System.CommandLine;
using Prosodia.KeySegments;

namespace Prosodia.Cli.Options;

/// <summary>The options of verbs that choose key segments, with one meaning everywhere.</summary>
internal sealed class KeySegmentOptionsBinder
{
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<double> _beta = new Option<double>("--beta")
    {
        HelpName = "N",
        Description = "Shot-boundary threshold over the mean distance; larger gives fewer key segments",
        DefaultValueFactory = _ => ShotBoundaries.DefaultBeta,
    }
        .Decimal()
        .AtLeast(0.01);
    private readonly Option<int> _starts = new Option<int>("--starts")
    {
        HelpName = "N",
        Description = "Starts of the clustering; the best is kept",
        DefaultValueFactory = _ => KernelKMeans.DefaultStarts,
    }.AtLeast(1);
    private readonly Option<string> _segments = CommonOptions.OneOf<SegmentChoice>(
        "--segments",
        "Which segments are kept: one a cluster, all, as many as clusters at random, or the first ones"
    );
    private readonly Option<string> _distance = CommonOptions.OneOf<SegmentDistance>(
        "--distance",
        "The distance of the clustering"
    );
    private readonly Option<double?> _silence = new Option<double?>("--skip-silence")
    {
        HelpName = "DB",
        Description = "Leave out key segments that are so many decibels quieter than the recording's loudest",
    }.Decimal();
    private readonly Option<int?> _channel = new("--channel")
    {
        HelpName = "N",
        Description = "Keep this channel, from 1 (otherwise all are averaged)",
    };

    private Option[] OfSegments => [_seed, _beta, _starts, _segments, _distance, _silence];

    public KeySegmentOptionsBinder()
    {
        _silence.Validators.Add(r =>
        {
            if (r.TryGet(out double? db) && db <= 0)
                r.AddError("--skip-silence must be above 0.");
        });
        _channel.Validators.Add(r =>
        {
            if (r.TryGet(out int? channel) && channel < 1)
                r.AddError("--channel is counted from 1.");
        });
    }

    /// <summary>The first option of key segments that a user gave; null where none was.</summary>
    public string? FirstGiven(ParseResult arguments) =>
        OfSegments.FirstOrDefault(o => arguments.GetResult(o)?.Implicit == false)?.Name;

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in OfSegments.Append(_channel))
            verb.Add(option);
    }

    /// <summary>How key segments are to be chosen.</summary>
    public KeySegmentOptions Parse(ParseResult arguments) =>
        new(arguments.GetValue(_beta), arguments.GetValue(_starts), arguments.GetValue(_seed))
        {
            Choice = CommonOptions.Parse<SegmentChoice>(arguments.GetValue(_segments)!),
            Distance = CommonOptions.Parse<SegmentDistance>(arguments.GetValue(_distance)!),
            SilenceDecibels = arguments.GetValue(_silence),
        };

    /// <summary>Which channel to keep; null averages them.</summary>
    public int? Channel(ParseResult arguments) => arguments.GetValue(_channel);
}

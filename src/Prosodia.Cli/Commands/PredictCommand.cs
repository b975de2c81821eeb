using System.CommandLine;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Cli.Predict;
using Prosodia.Recognition;

namespace Prosodia.Cli.Commands;

/// <summary><c>predict</c>: how people sound in recordings and live.</summary>
internal sealed class PredictCommand
{
    private const string StandardInput = "-";

    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description =
            "Recordings, folders, patterns such as 'calls/*.wav', manifests (.csv), or - for standard input: "
            + "WAV, or 16-bit samples without a header",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> _model = CommonOptions.EmotionModel();
    private readonly Option<string> _format = CommonOptions.OneOf<PredictionFormat>("--format", "What to write");
    private readonly Option<string?> _out = new("--out")
    {
        Description =
            "Write there instead of to standard output: a file; for textgrid and webvtt of several recordings a folder",
        HelpName = "PATH",
    };
    private readonly Option<string?> _pictures = new("--pictures")
    {
        Description = "Also draw each recording: a PNG and a page there",
        HelpName = "DIR",
    };
    private readonly Option<bool> _explain = new("--explain")
    {
        Description =
            "Say what decided: key segments, groups of features, what of the voice stands out (recordings of up "
            + "to 10 s)",
    };
    private readonly Option<string[]> _speaker = new("--speaker")
    {
        Description =
            "With --explain: other recordings of the same person, to say what stands out against them; may be "
            + "given several times",
        HelpName = "PATH",
        DefaultValueFactory = _ => [],
    };
    private readonly AdaptOption _adapt = new();
    private readonly Option<bool> _channels = new("--per-channel")
    {
        Description = "Keep channels apart, as in a call; otherwise they are averaged",
    };
    private readonly Option<double?> _threshold = new Option<double?>("--threshold")
    {
        Description = "Answer 'unsure' below this probability, 0 to 1 (default: the model's own)",
        HelpName = "P",
    }.Decimal();
    private readonly Option<int> _rate = new Option<int>("--raw-rate")
    {
        Description = "Frames a second of standard input without a header",
        HelpName = "HZ",
        DefaultValueFactory = _ => Recording.SampleRate,
    }.AtLeast(1000);
    private readonly Option<int> _rawChannels = new Option<int>("--raw-channels")
    {
        Description = "Channels of standard input without a header",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.AtLeast(1);

    private readonly Option<string?> _shard = new("--shard")
    {
        Description =
            "Only this part of the recordings, as 3/8, to --out as csv or jsonl; merge puts the parts together",
        HelpName = "I/N",
    };

    public static Command Create() => new PredictCommand().Build();

    private Command Build()
    {
        _threshold.Validators.Add(r =>
        {
            if (r.TryGet(out double? p) && p is < 0 or > 1)
                r.AddError("--threshold must be from 0 to 1.");
        });
        var command = new Verb(
            "predict",
            "Says how people sound in recordings, folders, calls or live audio; longer than 10 s, as a timeline.",
            """
            prosodia predict interview.mp3 --pictures look
            prosodia predict calls/ --per-channel --format csv --out calls.csv
            prosodia predict calls/ --adapt collection --format csv --out calls.csv
            prosodia predict today/ --adapt headset.json
            prosodia predict voice.wav --explain --speaker other-recordings/
            prosodia predict podcast.ogg --format webvtt --out podcast.vtt
            ffmpeg -v error -i rtsp://camera/stream -f wav - | prosodia predict - --format jsonl
            arecord -q -f S16_LE -r 16000 -c 1 -t raw | prosodia predict -
            """
        )
        {
            _inputs,
            _model,
            _format,
            _out,
            _pictures,
            _explain,
            _speaker,
            _adapt.Value,
            _channels,
            _threshold,
            _rate,
            _rawChannels,
            _shard,
            CommonOptions.Force(),
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(_shard) is not { } shard)
                return;
            if (Shard.Parse(shard) is null)
                r.AddError("--shard is a part of several, as 3/8.");
            if (r.GetValue(_out) is null || r.GetValue(_explain) || r.GetValue(_format) is not ("csv" or "jsonl"))
                r.AddError("--shard needs --out FILE and --format csv or jsonl, and doesn't go with --explain.");
        });
        command.Validators.Add(r =>
        {
            if (r.GetValue(_explain) && (r.GetValue(_out) is not null || r.GetResult(_format) is { Implicit: false }))
                r.AddError("--explain prints to standard output and doesn't go with --out and --format.");
        });
        command.Validators.Add(r =>
        {
            if (_adapt.MeasuresInputs(r) && r.GetValue(_shard) is not null)
                r.AddError("--shard goes with --adapt FILE only: a part doesn't have the recordings of all sources.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var inputs = arguments.GetValue(_inputs)!;
        var format = CommonOptions.Parse<PredictionFormat>(arguments.GetValue(_format)!);
        if (arguments.GetValue(_speaker)!.Length > 0 && !arguments.GetValue(_explain))
            throw new UsageException("--speaker goes with --explain");
        if (inputs.Contains(StandardInput) && inputs.Length > 1)
            throw new UsageException("- (standard input) goes alone");
        using var model = CommonOptions.Open(arguments.GetValue(_model));
        using var recognizer = new RecognitionEngine(model)
        {
            Threshold = arguments.GetValue(_threshold) ?? model.Card.Abstention.Threshold,
        };
        _adapt.Recommend(arguments, model.Card);
        var (speakers, sources) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        var writer = new PredictionWriter(
            recognizer.Card,
            format,
            speakers,
            adapted: arguments.GetValue(_adapt.Value) is not null
        );
        if (inputs is [StandardInput])
            return await ListenAsync(arguments, recognizer, writer, format, cancellationToken).ConfigureAwait(false);

        var problems = new List<InputException>();
        var shard = arguments.GetValue(_shard) is { } part ? Shard.Parse(part) : null;
        if (shard is not null && !FilePath.IsRegular(arguments.GetValue(_out)!))
            throw new UsageException("--shard needs a file as --out, which merge can check");
        var list = shard is null ? default : ShardNote.Measure(InputFiles.Find(inputs, problems));
        var files =
            shard?.PartOf(InputFiles.Find(inputs, [], speakers, sources), list.Count)
            ?? [.. InputFiles.Find(inputs, problems, speakers, sources)];
        ClaimOutputs(arguments, writer, files);
        var job = new PredictionJob(
            recognizer,
            inputs,
            arguments.GetValue(_channels),
            arguments.GetValue(_pictures),
            cancellationToken
        );
        _adapt.Apply(arguments, recognizer, job, files, arguments.GetValue(_channels), sources.GetValueOrDefault);
        if (arguments.GetValue(_explain))
        {
            job.Explain(files, [.. InputFiles.Find(arguments.GetValue(_speaker)!, problems)]);
        }
        else if (writer.OneFileEach && IsFolderOfOutputs(arguments, files))
            job.WriteEach(files, writer, arguments.GetValue(_out));
        else
            job.Write(
                files,
                writer,
                arguments.GetValue(_out),
                streamed: format is PredictionFormat.Csv or PredictionFormat.Jsonl
            );
        if (shard is { } done)
            Note(
                done,
                list.Sha256,
                files,
                job.Problems.Count,
                recognizer,
                arguments.GetValue(_adapt.Value),
                arguments.GetValue(_out)!
            );
        return Terminal.LeftOut([.. problems, .. job.Problems]);
    }

    /// <summary>
    /// Whether each recording has a file of its own: where several are given, or a folder, or --out is one.
    /// </summary>
    private bool IsFolderOfOutputs(ParseResult arguments, IReadOnlyList<string> files) =>
        arguments.GetValue(_out) is not { } target
        || files.Count > 1
        || arguments.GetValue(_inputs)!.Any(Directory.Exists)
        || Directory.Exists(target)
        || Path.EndsInDirectorySeparator(target);

    /// <summary>Refuses before the work what could not be written after it.</summary>
    private void ClaimOutputs(ParseResult arguments, PredictionWriter writer, IReadOnlyList<string> files)
    {
        if (arguments.GetValue(_out) is { } file && !(writer.OneFileEach && IsFolderOfOutputs(arguments, files)))
            OutputGuard.Claim(arguments.GetValue(_shard) is null ? [file] : [file, ShardNote.Beside(file)]);
        foreach (var recording in files)
            OutputGuard.Reads(recording);
    }

    private static void Note(
        Shard shard,
        string list,
        IReadOnlyList<string> files,
        int leftOut,
        RecognitionEngine recognizer,
        string? profile,
        string predictions
    ) =>
        new ShardNote(
            shard.Number,
            shard.Of,
            list,
            recognizer.Card.Sha256,
            files.Count,
            leftOut,
            Sha256Hash.OfFile(predictions)
        )
        {
            Profile = profile is null ? "" : Sha256Hash.OfFile(profile),
            Threshold = recognizer.Threshold,
        }.Write(predictions);

    /// <summary>Standard input: turns as they end, or one document at the end.</summary>
    private async Task<int> ListenAsync(
        ParseResult arguments,
        RecognitionEngine recognizer,
        PredictionWriter writer,
        PredictionFormat format,
        CancellationToken cancellationToken
    )
    {
        if (arguments.GetValue(_explain) || arguments.GetValue(_pictures) is not null)
            throw new UsageException("--explain and --pictures need files");
        var adaptation = _adapt.OfStream(arguments, recognizer, arguments.GetValue(_channels));
        if (FilePath.Behind("/proc/self/fd/0") is var input && File.Exists(input) && !FilePath.IsDescriptor(input))
            OutputGuard.Reads(input);
        if (arguments.GetValue(_out) is { } claimed)
            OutputGuard.Claim(claimed);
        using var stream = AudioStream.Open(
            Console.OpenStandardInput(),
            "standard input",
            arguments.GetValue(_rate),
            arguments.GetValue(_rawChannels),
            separate: arguments.GetValue(_channels)
        );
        if (
            stream.IsRaw
            && arguments.GetResult(_rate) is { Implicit: true }
            && arguments.GetResult(_rawChannels) is { Implicit: true }
        )
            Terminal.Hint(
                $"standard input has no header that is known: read as 16-bit samples at {Recording.SampleRate} "
                    + "Hz, one channel (--raw-rate, --raw-channels)"
            );
        async Task WriteAsync(TextWriter output)
        {
            if (format is PredictionFormat.Table or PredictionFormat.Csv or PredictionFormat.Jsonl)
                await writer
                    .WriteLiveAsync(
                        output,
                        StandardInput,
                        recognizer.ListenAsync(stream, null, adaptation, cancellationToken)
                    )
                    .ConfigureAwait(false);
            else
                writer.Write(
                    output,
                    [recognizer.Recognize(stream, StandardInput, adaptation, null, cancellationToken)]
                );
        }
        if (arguments.GetValue(_out) is not { } file)
            await WriteAsync(Console.Out).ConfigureAwait(false);
        else
            await OutputFile
                .WriteLiveAsync(
                    file,
                    async target =>
                    {
                        var output = new StreamWriter(target);
                        await using (output.ConfigureAwait(false))
                            await WriteAsync(output).ConfigureAwait(false);
                    }
                )
                .ConfigureAwait(false);
        if (stream.Frames == 0)
            throw new InputException(
                "standard input",
                "holds no samples",
                "Check the program that should have written them"
            );
        foreach (var warning in stream.Warnings)
            Terminal.Warning(warning);
        return ExitCode.Done;
    }
}

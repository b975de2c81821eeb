using System.CommandLine;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Cli.Commands;

/// <summary><c>features</c>: the learned or the hand-made features of a corpus as a table.</summary>
internal static class FeaturesCommand
{
    private const string Encoder = "encoder",
        Functionals = "functionals",
        Descriptors = "lld",
        Native = "native";

    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var target = new Option<string>("--out")
        {
            Description =
                "The table: of an encoder .parquet or .npy, one row a key segment; of the other sets .csv, .arff, "
                + ".parquet or .npy, one row a recording; of descriptors .csv or .parquet, one row a frame",
            Required = true,
            HelpName = "FILE",
        };
        var set = new Option<string>("--set")
        {
            Description =
                "encoder: an encoder's features of the key segments; utterance: what an encoder of whole utterances "
                + "gives, such as wav2vec 2.0, mean and deviation over time; prosody: 953 features of pitch, loudness, "
                + "voice, "
                + "spectrum and rhythm; egemaps: the 88 of eGeMAPSv02, compatible with published models; "
                + "egemaps-paper: the same as published, for models of their own; gemaps: the 62 of GeMAPS",
            DefaultValueFactory = _ => Encoder,
        }.AcceptOnlyFromAmong([Encoder, RecordingFeatures.Utterance, .. RecordingFeatures.All.Select(s => s.Name)]);
        var level = new Option<string>("--level")
        {
            Description =
                "Functionals of each recording, or low-level descriptors (lld) of each 10 ms: the 25 of egemaps and "
                + "egemaps-paper, or the 70 of prosody",
            DefaultValueFactory = _ => Functionals,
        }.AcceptOnlyFromAmong(Functionals, Descriptors);
        var rate = new Option<string>("--rate")
        {
            Description =
                "Of egemaps, egemaps-paper and gemaps: at 16 kHz, or at each recording's own rate (native), from 8 kHz",
            DefaultValueFactory = _ => $"{Recording.SampleRate}",
        }.AcceptOnlyFromAmong($"{Recording.SampleRate}", Native);
        var keySegments = new KeySegmentOptionsBinder();
        var encoder = new EncoderOptions();
        var command = new Verb(
            "features",
            "Writes features of a corpus as a table: an encoder's of its key segments, computed once, or "
                + "hand-made ones of its recordings.",
            """
            prosodia features emodb.csv --out emodb.parquet
            prosodia features emodb.csv --set prosody --out emodb-prosody.csv
            prosodia features emodb.csv --set egemaps --out emodb-egemaps.csv
            prosodia features emodb.csv --set egemaps --level lld --out emodb-lld.parquet
            prosodia features calls.csv --set egemaps --rate native --channel 2 --out calls-egemaps.csv
            prosodia features emodb.csv --set utterance --encoder onnx:wav2vec2.onnx --out emodb.parquet
            prosodia features emodb.csv --set utterance --encoder onnx:wavlm.onnx --layer 9 --out emodb.csv
            prosodia features emodb.csv --encoder onnx:wav2vec2.onnx --out emodb.npy
            prosodia features emodb.csv --random-weights --int8 --out emodb.parquet
            python3 -c "import numpy; print(numpy.load('emodb.npy', mmap_mode='r')['features'].shape)"
            """
        )
        {
            manifest,
            set,
            level,
            rate,
            target,
            CommonOptions.Force(),
        };
        keySegments.AddTo(command);
        encoder.AddTo(command);
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                var (corpus, file) = (Manifest.Read(arguments.GetValue(manifest)!), arguments.GetValue(target)!);
                var chosen = RecordingFeatures.All.FirstOrDefault(s => s.Name == arguments.GetValue(set));
                var utterances = arguments.GetValue(set) == RecordingFeatures.Utterance;
                var frames = arguments.GetValue(level) == Descriptors;
                if (frames && chosen?.Descriptors is null)
                    throw new UsageException(
                        $"--level {Descriptors} goes with --set prosody, egemaps or egemaps-paper"
                    );
                var native = arguments.GetValue(rate) == Native;
                if (native && chosen is not { AnyRate: true })
                    throw new UsageException($"--rate {Native} goes with --set egemaps, egemaps-paper or gemaps");
                var extensions =
                    frames ? DescriptorTable.Extensions
                    : chosen is null && !utterances ? FeatureTable.Extensions
                    : RecordingFeatureTable.Extensions;
                if (!extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                    throw new UsageException(
                        $"--out must end with {string.Join(" or ", extensions)} for "
                            + $"{(frames ? "--level lld" : $"--set {arguments.GetValue(set)}")}"
                    );
                if (utterances && keySegments.FirstGiven(arguments) is { } ofSegments)
                    throw new UsageException($"{ofSegments} goes with --set {Encoder}");
                if (
                    chosen is not null
                    && (encoder.FirstGiven(arguments) ?? keySegments.FirstGiven(arguments)) is { } other
                )
                    throw new UsageException($"{other} goes with --set {Encoder}, not with --set {chosen.Name}");
                OutputGuard.Claim(
                    (chosen is null && !utterances) || frames ? [file] : [file, RecordingFeatureTable.AboutOf(file)]
                );
                foreach (var utterance in corpus.Utterances)
                    OutputGuard.Mentions(utterance.Path);
                foreach (var warning in corpus.Warnings)
                    Terminal.Warning(warning);
                if (utterances)
                    return Task.FromResult(
                        WriteUtterances(
                            corpus,
                            encoder,
                            arguments,
                            keySegments.Channel(arguments),
                            file,
                            cancellationToken
                        )
                    );
                return Task.FromResult(
                    chosen is not null
                        ? WriteRecordings(
                            corpus,
                            chosen,
                            frames,
                            native,
                            keySegments.Channel(arguments),
                            file,
                            cancellationToken
                        )
                        : Write(
                            corpus,
                            new FeatureOptions(keySegments.Parse(arguments), keySegments.Channel(arguments)),
                            encoder,
                            arguments,
                            file,
                            cancellationToken
                        )
                );
            }
        );
        return command;
    }

    private static int WriteUtterances(
        Manifest manifest,
        EncoderOptions options,
        ParseResult arguments,
        int? channel,
        string file,
        CancellationToken cancellationToken
    )
    {
        var (encoder, layer) = options.OpenUtterances(arguments);
        using (encoder)
            return options.WithCache(
                arguments,
                folder =>
                {
                    using var cache = new CachedUtterances(encoder, folder);
                    return WriteRecordings(
                        manifest,
                        RecordingFeatures.OfEncoder(encoder, layer, cache.Of),
                        frames: false,
                        native: false,
                        channel,
                        file,
                        cancellationToken
                    );
                }
            );
    }

    private static int WriteRecordings(
        Manifest manifest,
        RecordingFeatures set,
        bool frames,
        bool native,
        int? channel,
        string file,
        CancellationToken cancellationToken
    )
    {
        var (done, measured) = (0, file + ".measured");
        var encoded = set.Name == RecordingFeatures.Utterance ? $" {set.Features[0]} {set.Features.Count}" : "";
        using var kept = FeatureSet.OpenCache(
            measured,
            $"{set.Name}{(frames ? " lld" : "")}{encoded}, channel {channel}, rate {(native ? Native : "16 kHz")}"
        );
        var corpus = Terminal.WithProgress(progress =>
            FeatureSet.Of(
                manifest.Utterances,
                recording => [frames ? set.Descriptors!(recording) : set.Of(recording)],
                kept,
                channel,
                () =>
                    progress(
                        new StageProgress(
                            "Reading recordings",
                            Interlocked.Increment(ref done),
                            manifest.Utterances.Count
                        )
                    ),
                cancellationToken,
                native
            )
        );
        foreach (var warning in corpus.Warnings)
            Terminal.Warning(warning);
        string written;
        if (frames)
        {
            var rows = DescriptorTable.Write(file, corpus, set.DescriptorNames);
            written =
                $"{rows} frames of {corpus.Utterances.Count} recordings, {set.DescriptorNames.Count} descriptors each";
        }
        else
        {
            var about = RecordingFeatureTable.Write(file, corpus, set);
            written =
                $"{corpus.Utterances.Count} recordings, {set.Features.Count} features each; their units and sources: "
                + about;
        }
        FeatureSet.Delete(measured);
        Terminal.Written(file, $"{file}: {written}");
        return Terminal.LeftOut([.. manifest.Problems, .. corpus.Problems]);
    }

    private static int Write(
        Manifest manifest,
        FeatureOptions options,
        EncoderOptions encoderOptions,
        ParseResult arguments,
        string file,
        CancellationToken cancellationToken
    )
    {
        using var chosen = encoderOptions.Open(arguments);
        var extraction = new FeatureExtraction(chosen.Encoder, options);
        return encoderOptions.WithCache(
            arguments,
            folder =>
            {
                using var cache = extraction.OpenCache(folder);
                var (found, encoded) = (0, 0);
                var corpus = Terminal.WithProgress(progress =>
                    extraction.Run(
                        manifest.Utterances,
                        cache,
                        () =>
                            progress(
                                new StageProgress(
                                    "Looking up recordings",
                                    Interlocked.Increment(ref found),
                                    manifest.Utterances.Count
                                )
                            ),
                        all =>
                            progress(new StageProgress("Encoding recordings", Interlocked.Increment(ref encoded), all)),
                        cancellationToken
                    )
                );
                foreach (var warning in corpus.Warnings)
                    Terminal.Warning(warning);
                var rows = FeatureTable.Write(file, corpus);
                Terminal.Written(
                    file,
                    $"{file}: {rows} key segments of {corpus.Utterances.Count} recordings, "
                        + $"{chosen.Encoder.Features} features each; {encoded} recordings encoded, "
                        + $"{corpus.Utterances.Count - Math.Min(encoded, corpus.Utterances.Count)} from the cache"
                );
                if (chosen.Note is { } note)
                    Console.WriteLine(note);
                return Terminal.LeftOut([.. manifest.Problems, .. corpus.Problems]);
            }
        );
    }
}

using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Features;

namespace Prosodia.Cli.Commands;

/// <summary><c>features</c>: the learned or the hand-made features of a corpus as a table.</summary>
internal static class FeaturesCommand
{
    private enum FeatureKind
    {
        /// <summary>An encoder's features of each key segment.</summary>
        Encoder,

        /// <summary>Hand-made features of each recording.</summary>
        Prosody,
    }

    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var target = new Option<string>("--out")
        {
            Description =
                "The table: .parquet or .npy, one row a key segment; of prosody .csv, .arff or .parquet, one row "
                + "a recording",
            Required = true,
            HelpName = "FILE",
        };
        var set = CommonOptions.OneOf<FeatureKind>(
            "--set",
            "What to write: an encoder's features of the key segments, or hand-made features of pitch, loudness, "
                + "voice, spectrum and rhythm"
        );
        var keySegments = new KeySegmentOptionsBinder();
        var encoder = new EncoderOptions();
        var command = new Verb(
            "features",
            "Writes features of a corpus as a table: an encoder's of its key segments, computed once, or "
                + "hand-made ones of its recordings.",
            """
            prosodia features emodb.csv --out emodb.parquet
            prosodia features emodb.csv --set prosody --out emodb-prosody.csv
            prosodia features emodb.csv --encoder onnx:wav2vec2.onnx --out emodb.npy
            prosodia features emodb.csv --random-weights --int8 --out emodb.parquet
            python3 -c "import numpy; print(numpy.load('emodb.npy', mmap_mode='r')['features'].shape)"
            """
        )
        {
            manifest,
            set,
            target,
            CommonOptions.Force(),
        };
        keySegments.AddTo(command);
        encoder.AddTo(command);
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                var (corpus, file) = (Manifest.Read(arguments.GetValue(manifest)!), arguments.GetValue(target)!);
                var prosody = CommonOptions.Parse<FeatureKind>(arguments.GetValue(set)!) == FeatureKind.Prosody;
                var extensions = prosody ? ProsodicFeatureTable.Extensions : FeatureTable.Extensions;
                if (!extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                    throw new UsageException($"--out must end with {string.Join(" or ", extensions)}");
                if (prosody && encoder.AnyGiven(arguments))
                    throw new UsageException("--set prosody needs no encoder");
                OutputGuard.Claim(prosody ? [file, ProsodicFeatureTable.AboutOf(file)] : [file]);
                foreach (var utterance in corpus.Utterances)
                    OutputGuard.Mentions(utterance.Path);
                foreach (var warning in corpus.Warnings)
                    Terminal.Warning(warning);
                return Task.FromResult(
                    prosody
                        ? WriteProsody(corpus, keySegments.Channel(arguments), file, cancellationToken)
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

    private static int WriteProsody(Manifest manifest, int? channel, string file, CancellationToken cancellationToken)
    {
        var (done, measured) = (0, file + ".measured");
        using var kept = FeatureSet.OpenCache(measured, $"prosody, channel {channel}");
        var corpus = Terminal.WithProgress(progress =>
            FeatureSet.Of(
                manifest.Utterances,
                recording =>
                    [
                        [.. new ProsodicFeatures(recording).Features().Select(f => f.Value)],
                    ],
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
                cancellationToken
            )
        );
        foreach (var warning in corpus.Warnings)
            Terminal.Warning(warning);
        var about = ProsodicFeatureTable.Write(file, corpus);
        FeatureSet.Delete(measured);
        Terminal.Written(
            file,
            $"{file}: {corpus.Utterances.Count} recordings, {ProsodicFeatures.FeatureNames.Count} features each; "
                + $"their units and sources: {about}"
        );
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

using System.CommandLine;
using Prosodia.Corpora;
using Prosodia.Features;
using Prosodia.Training;

namespace Prosodia.Cli.Commands;

/// <summary><c>features</c>: the learned features of a corpus as a table.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var target = new Option<string>("--out") { Description = "The table: .parquet or .npy, one row a key segment", Required = true, HelpName = "FILE" };
        target.Validators.Add(r =>
        {
            if (r.Tokens is [var file] && !FeatureTable.Extensions.Contains(Path.GetExtension(file.Value))) r.AddError($"--out must end with {string.Join(" or ", FeatureTable.Extensions)}.");
        });
        var keySegments = new KeySegmentArguments();
        var encoder = new EncoderOptions();
        var command = new Verb("features", "Encodes the key segments of a corpus, once, and writes their features as a table.", """
            prosodia features emodb.csv --out emodb.parquet
            prosodia features emodb.csv --encoder onnx:wav2vec2.onnx --out emodb.npy
            prosodia features emodb.csv --random-weights --int8 --out emodb.parquet
            python3 -c "import numpy; print(numpy.load('emodb.npy', mmap_mode='r')['features'].shape)"
            """)
        { manifest, target };
        keySegments.AddTo(command);
        encoder.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Write(Manifest.Read(arguments.GetValue(manifest)!),
            new FeatureOptions(keySegments.Parse(arguments), keySegments.Channel(arguments)),
            encoder, arguments, arguments.GetValue(target)!, cancel)));
        return command;
    }

    private static int Write(Manifest manifest, FeatureOptions options, EncoderOptions encoderOptions, ParseResult arguments, string file, CancellationToken cancel)
    {
        using var chosen = encoderOptions.Open(arguments);
        var extraction = new FeatureExtraction(chosen.Encoder, options);
        return encoderOptions.WithCache(arguments, folder =>
        {
            using var cache = extraction.OpenCache(folder);
            var (found, encoded) = (0, 0);
            var corpus = Terminal.WithProgress(progress => extraction.Run(manifest.Utterances, cache,
                () => progress(new StageProgress("Looking up recordings", Interlocked.Increment(ref found), manifest.Utterances.Count)),
                all => progress(new StageProgress("Encoding recordings", Interlocked.Increment(ref encoded), all)), cancel));
            foreach (var warning in corpus.Warnings) Terminal.Warning(warning);
            var rows = FeatureTable.Write(file, corpus);
            Console.WriteLine($"{file}: {rows} key segments of {corpus.Utterances.Count} recordings, {chosen.Encoder.Features} features each; {encoded} recordings encoded, {corpus.Utterances.Count - Math.Min(encoded, corpus.Utterances.Count)} from the cache");
            if (chosen.Note is { } note) Console.WriteLine(note);
            return Terminal.LeftOut([.. manifest.Problems, .. corpus.Problems]);
        });
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Encoders;
using Prosodia.Onnx;

namespace Prosodia.Cli.Commands;

/// <summary><c>encoder</c>: networks of whole utterances that a user brings.</summary>
internal static class EncoderCommand
{
    private const double MostDifference = 1e-3; // of a layer's features, relative to their length

    public static Command Create() =>
        new Verb(
            "encoder",
            "Checks networks that read whole utterances, such as wav2vec 2.0 as an ONNX file.",
            """
            prosodia encoder check wav2vec2.onnx
            prosodia encoder check wavlm.onnx --recording voice.wav
            """
        )
        {
            Check(),
        };

    private static Verb Check()
    {
        var file = new Argument<string>("FILE.onnx")
        {
            Description =
                "The network; FILE.preprocessor_config.json or preprocessor_config.json beside it says what it takes",
        };
        var recording = new Option<string?>("--recording")
        {
            HelpName = "FILE",
            Description = "A recording to encode (default: that of the vectors)",
        };
        var vectors = new Option<string?>("--vectors")
        {
            HelpName = "FILE.json",
            Description =
                "What other software computed, to compare with: \"recording\" and \"features\", a list for each layer "
                + "(default: FILE.vectors.json, where it exists)",
        };
        var device = CommonOptions.OneOf<ComputeDevice>("--device", "Where it runs");
        var command = new Verb(
            "check",
            "Says what a network was understood to take and give, encodes a recording, and compares with vectors.",
            """
            prosodia encoder check wav2vec2.onnx
            prosodia encoder check whisper-small.onnx --recording voice.wav
            """
        )
        {
            file,
            recording,
            vectors,
            device,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetValue(file)!,
                arguments.GetValue(recording),
                arguments.GetValue(vectors),
                CommonOptions.Parse<ComputeDevice>(arguments.GetValue(device)!)
            )
        );
        return command;
    }

    private static int Run(string file, string? recording, string? vectors, ComputeDevice device)
    {
        using var encoder = UtteranceEncoder.Open(file, device);
        Console.WriteLine($"{Path.GetFileName(file)}, SHA-256 {encoder.Sha256}");
        Console.WriteLine($"takes and gives: {encoder.Description}");
        Console.WriteLine($"features of an utterance: {encoder.Layers} x {encoder.FeaturesPerLayer}");
        var beside = Path.ChangeExtension(file, ".vectors.json");
        var expected = vectors is not null || File.Exists(beside) ? Vectors.Read(vectors ?? beside) : null;
        if ((recording ?? expected?.Recording) is not { } sound)
            return ExitCode.Done;
        var read = AudioFile.Read(sound);
        encoder.Encode(read.Samples); // the first run prepares memory
        var watch = Stopwatch.StartNew();
        var features = encoder.Encode(read.Samples);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sound}: {read.Seconds:0.0} s encoded on one core in {watch.Elapsed.TotalSeconds:0.000} s, "
                    + $"{read.Seconds / watch.Elapsed.TotalSeconds:0.0} times real time"
            )
        );
        if (expected is null)
            return ExitCode.Done;
        if (vectors is null && recording is not null && Path.GetFullPath(recording) != expected.Recording)
        {
            Console.WriteLine($"{beside} is of {expected.Recording}: not compared; --vectors compares all the same");
            return ExitCode.Done;
        }
        if (read.Seconds > encoder.MaxSeconds)
            throw new InputException(
                sound,
                $"is {read.Seconds:0} s long, and more than {encoder.MaxSeconds:0} s are encoded in stretches",
                "Compare with vectors of a shorter one"
            );
        return Compare(encoder, features, expected.Features, vectors ?? beside);
    }

    private static int Compare(UtteranceEncoder encoder, float[] features, double[][] expected, string vectors)
    {
        if (expected.Length != encoder.Layers || expected.Any(l => l.Length != encoder.FeaturesPerLayer))
            throw new InputException(
                vectors,
                $"has {expected.Length} layers of {expected.FirstOrDefault()?.Length ?? 0} features, the network gives "
                    + $"{encoder.Layers} of {encoder.FeaturesPerLayer}",
                "Write it again with the script that exported the network"
            );
        var worst = 0.0;
        foreach (var (layer, of) in expected.Index())
        {
            var ours = features.AsSpan(layer * of.Length, of.Length).ToArray();
            var difference = Length(of.Zip(ours, (e, o) => e - o)) / Math.Max(Length(of), double.Epsilon);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"layer {layer}: relative difference {difference:0.0e+0}")
            );
            worst = Math.Max(worst, difference);
        }
        if (worst <= MostDifference)
        {
            Console.WriteLine($"{vectors}: agrees");
            return ExitCode.Done;
        }
        Terminal.Warning(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{vectors}: differs by {worst:0.0e+0}, more than {MostDifference}: the preprocessor configuration, or "
                    + $"what pooling the script did (mean and deviation over time), is another"
            )
        );
        return ExitCode.UnusableInput;

        static double Length(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
    }

    /// <summary>What other software computed.</summary>
    private sealed record Vectors(string Recording, double[][] Features)
    {
        private static readonly JsonSerializerOptions Json = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };

        public static Vectors Read(string file)
        {
            try
            {
                return JsonSerializer.Deserialize<Vectors>(TextFile.Read(file), Json)
                    ?? throw new JsonException("it is empty");
            }
            catch (JsonException e)
            {
                throw new InputException(
                    file,
                    $"holds no vectors ({e.Message.Split('\n')[0].TrimEnd('.')})",
                    "Write it again with the script that exported the network (docs/encoders.md)"
                );
            }
        }
    }
}

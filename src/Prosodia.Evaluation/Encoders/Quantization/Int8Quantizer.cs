using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Quantization;

/// <summary>
/// Makes the 8-bit form of an encoder. Ranges are measured on synthesized speech, so that no recording of any corpus,
/// test speakers' least of all, has a part in them. Layers that lose too much stay fp32.
/// </summary>
internal static class Int8Quantizer
{
    /// <summary>What the cosine of 8-bit and fp32 features must reach on every calibration segment.</summary>
    public const double MinCosine = 0.995;

    private const int CalibrationSegments = 64,
        ProbeSegments = 8,
        Seed = 1;
    private const int MinOperatorSet = 13; // the first with a scale an output channel
    private const int Version = 1; // of what is made; another one makes kept files anew

    /// <summary>The 8-bit form of an encoder, made when it is first asked for and then kept.</summary>
    /// <param name="file">The fp32 encoder.</param>
    /// <param name="folder">Where 8-bit forms are kept, named by the hash of what they were made from.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InputException">The encoder has no convolution whose weights are constant.</exception>
    public static string Of(string file, string folder)
    {
        var target = Path.Combine(folder, $"{ExternalData.Sha256Of(file)}-w{Int8Graph.WeightBits}-v{Version}.onnx");
        if (!File.Exists(target))
            Quantize(file, target);
        return target;
    }

    private static void Quantize(string file, string target)
    {
        Segment[] speech;
        using (var encoder = new SegmentEncoder(file))
            speech = CalibrationSpeech(encoder);
        var trial = $"{target}.{Environment.ProcessId}.trial";
        try
        {
            Quantize(file, target, trial, speech);
        }
        finally
        {
            foreach (var segment in speech)
                segment.Items.Dispose();
            if (File.Exists(trial))
                File.Delete(trial);
        }
    }

    private static void Quantize(string file, string target, string trial, Segment[] speech)
    {
        var model = OnnxModel.Read(file);
        BatchNormFolding.Apply(model.Graph);
        foreach (var (i, node) in model.Graph.Node.Index())
            node.Name = $"{i}"; // names are optional in ONNX, and needed here
        model.RequireOperatorSet(MinOperatorSet);
        var graph = new Int8Graph(model.Graph);
        NodeProto[] convolutions = [.. graph.Convolutions];
        if (convolutions.Length == 0)
            throw new InputException(
                file,
                "has no convolution with constant weights, and only convolutions run on 8 bits",
                "Use it without --int8"
            );

        var ranges = ActivationRanges.Measure(model, graph.Activations(convolutions), speech.Select(s => s.Items));
        var errors = LayerErrors.Measure(model, convolutions, ranges, speech[..ProbeSegments].Select(s => s.Items));
        foreach (var fp32 in LayersToKeep(errors))
        {
            var quantized = model.Clone();
            new Int8Graph(quantized.Graph).Quantize(
                convolutions.Select(c => c.Name).Where(c => !fp32.Contains(c)).ToHashSet(),
                ranges
            );
            quantized.Write(trial);
            using (var int8 = new SegmentEncoder(trial))
                if (
                    !speech.All(s =>
                        TensorPrimitives.CosineSimilarity<float>(s.Features, int8.EncodeItems(s.Values, 1)) >= MinCosine
                    )
                )
                    continue; // nor where it is no number
            File.Move(trial, target, overwrite: true);
            return;
        }
        throw new InputException(
            file,
            $"keeps a cosine of {MinCosine} with no layer on 8 bits",
            "Use it without --int8"
        );
    }

    /// <summary>
    /// Ever more layers to try in fp32: those that lose most on their own, then the first ones, whose errors pass
    /// through all the others and grow there.
    /// </summary>
    private static IEnumerable<HashSet<string>> LayersToKeep(IReadOnlyList<(string Layer, double Error)> errors)
    {
        yield return [];
        for (var kept = 1; kept < errors.Count; kept *= 2)
        {
            yield return [.. errors.OrderByDescending(e => e.Error).Take(kept).Select(e => e.Layer)];
            yield return [.. errors.Take(kept).Select(e => e.Layer)];
        }
    }

    private sealed record Segment(float[] Values, OrtValue Items, float[] Features);

    /// <summary>
    /// Segments of synthesized speech of all voices and emotions, with what the fp32 encoder makes of them.
    /// </summary>
    private static Segment[] CalibrationSpeech(SegmentEncoder encoder)
    {
        var speech = SyntheticCorpus.Speak(Seed).Select(s => new SegmentedSpeech(s)).ToArray();
        return
        [
            .. Enumerable
                .Range(0, CalibrationSegments)
                .Select(i =>
                {
                    var utterance = speech[i * speech.Length / CalibrationSegments];
                    var values = encoder.Write(utterance, [i % utterance.Count]);
                    return new Segment(
                        values,
                        OrtValue.CreateTensorValueFromMemory(values, [1, .. encoder.Input.Shape]),
                        encoder.EncodeItems(values, 1)
                    );
                }),
        ];
    }
}

using System.Numerics.Tensors;
using Prosodia.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Onnx;

namespace Prosodia.Evaluation.Encoders.Quantization;

/// <summary>
/// Makes the 8-bit form of an encoder of whole utterances: its matrix products with constant weights run on integers,
/// weights with one scale a column, activations with a scale that is found as they come (ONNX's
/// <c>DynamicQuantizeLinear</c> and <c>MatMulInteger</c>). It is checked on synthesized speech, so that no recording of
/// any corpus has a part in it.
/// </summary>
internal static class MatrixInt8
{
    /// <summary>What the cosine of 8-bit and fp32 features of every layer must reach on that speech.</summary>
    public const double MinCosine = 0.99;

    private const int Utterances = 8,
        Seed = 1,
        MinOperatorSet = 11, // the first with DynamicQuantizeLinear
        FloatType = 1;
    private const int Version = 1; // of what is made; another one makes kept files anew

    /// <summary>The 8-bit form of an encoder, made when it is first asked for and then kept.</summary>
    /// <param name="file">The fp32 encoder.</param>
    /// <param name="folder">Where 8-bit forms are kept, named by the hash of what they were made from.</param>
    /// <returns>The file, with the preprocessor configuration beside it.</returns>
    /// <exception cref="InputException">It has no such products, or loses too much.</exception>
    public static string Of(string file, string folder)
    {
        OutputGuard.Reads(file);
        var (_, preprocessor) = PreprocessorConfig.Beside(file);
        var made = $"{ExternalWeights.Sha256Of(file)}, {Int8Graph.WeightBits} bits, version {Version}\n{preprocessor}";
        var name = Sha256Hash.Of(made)[..16];
        var target = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-int8-{name}.onnx");
        if (!File.Exists(target))
            Quantize(file, target);
        return target;
    }

    private static void Quantize(string file, string target)
    {
        using var fp32 = UtteranceEncoder.Open(file);
        var model = OnnxModel.Read(fp32.Name);
        if (Quantize(model) == 0)
            throw new InputException(fp32.Name, "has no matrix product with constant weights", "Use it without --int8");
        var trials = Directory.CreateTempSubdirectory("prosodia-int8-"); // checked before it is kept
        try
        {
            var trial = Path.Combine(trials.FullName, Path.GetFileName(target));
            model.Write(trial);
            WriteConfig(fp32, trial);
            Check(fp32, trial);
            WriteConfig(fp32, target);
            AtomicFile.Write(target, File.ReadAllBytes(trial));
        }
        finally
        {
            trials.Delete(recursive: true);
        }
    }

    private static void WriteConfig(UtteranceEncoder fp32, string network)
    {
        if (fp32.PreprocessorText.Length > 0)
            AtomicFile.Write(Path.ChangeExtension(network, ".preprocessor_config.json"), fp32.PreprocessorText);
    }

    private static void Check(UtteranceEncoder fp32, string trial)
    {
        using var int8 = UtteranceEncoder.Open(trial);
        var least = SyntheticCorpus.Speak(Seed).Take(Utterances).Min(speech => Cosine(fp32, int8, speech));
        if (!(least >= MinCosine))
            throw new InputException(
                fp32.Name,
                FormattableString.Invariant(
                    $"turns its features by a cosine of {least:0.000} on 8 bits, below {MinCosine}"
                ),
                "Use it without --int8"
            );
    }

    /// <summary>Rewrites a network; gives how many products run on integers.</summary>
    public static int Quantize(ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireOperatorSet(MinOperatorSet);
        var graph = model.Graph;
        var constants = graph.Constants();
        var nodes = new List<NodeProto>();
        var (scales, count) = (new Dictionary<string, string>(), 0);
        foreach (var node in graph.Node)
        {
            if (
                node.OpType != "MatMul"
                || !constants.TryGetValue(node.Input[1], out var weights)
                || weights is not { DataType: OnnxTensor.Float, Dims.Count: 2 }
            )
            {
                nodes.Add(node);
                continue;
            }
            var (x, name) = (node.Input[0], $"int8_{count++}");
            if (!scales.TryGetValue(x, out var scale))
            {
                scales[x] = scale = $"{name}_scale";
                nodes.Add(
                    new NodeProto
                    {
                        Name = $"{name}_quantize",
                        OpType = "DynamicQuantizeLinear",
                        Input = { x },
                        Output = { $"{scale}_x", scale, $"{scale}_zero" },
                    }
                );
            }
            Weights(graph, name, weights);
            nodes.AddRange([
                OnnxModel.Node("MatMulInteger", $"{name}_sum", [$"{scale}_x", $"{name}_w", $"{scale}_zero"]),
                OnnxModel.Node("Cast", $"{name}_float", [$"{name}_sum"]).With("to", FloatType),
                OnnxModel.Node("Mul", $"{name}_both", [scale, $"{name}_ws"]),
                OnnxModel.Node("Mul", node.Output[0], [$"{name}_float", $"{name}_both"]),
            ]);
        }
        graph.Node.Clear();
        graph.Node.Add(nodes);
        graph.RemoveUnreadConstants();
        return count;
    }

    /// <summary>Adds weights as signed integers, (inner, columns), with a scale a column.</summary>
    private static void Weights(GraphProto graph, string name, TensorProto weights)
    {
        var values = weights.Floats();
        var columns = (int)weights.Dims[1];
        var most = (1 << (Int8Graph.WeightBits - 1)) - 1;
        var largest = new float[columns];
        for (var i = 0; i < values.Length; i++)
            largest[i % columns] = Math.Max(largest[i % columns], Math.Abs(values[i]));
        float[] scales = [.. largest.Select(l => l == 0 ? 1 : l / most)];
        graph.Constant<sbyte>(
            $"{name}_w",
            [.. values.Select((v, i) => (sbyte)Math.Clamp(MathF.Round(v / scales[i % columns]), -most, most))],
            [.. weights.Dims]
        );
        graph.Constant<float>($"{name}_ws", scales, columns);
    }

    private static double Cosine(UtteranceEncoder fp32, UtteranceEncoder int8, float[] speech) =>
        fp32.Encode(speech)
            .Chunk(fp32.FeaturesPerLayer)
            .Zip(int8.Encode(speech).Chunk(fp32.FeaturesPerLayer))
            .Min(layer => (double)TensorPrimitives.CosineSimilarity<float>(layer.First, layer.Second));
}

using System.Text;
using Google.Protobuf;
using Prosodia.Evaluation.Onnx;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>
/// From the features of an utterance to emotions: a <see cref="QuantileNormalizer"/>, then a linear score of each
/// emotion, of which the softmax function makes probabilities.
/// </summary>
/// <param name="Scale">The scale of the features.</param>
/// <param name="Weights">(features, emotions).</param>
/// <param name="Bias">(emotions).</param>
internal sealed record LinearEmotionModel(QuantileNormalizer Scale, float[][] Weights, float[] Bias)
{
    /// <summary>What predicts numbers beside the emotions; null for none.</summary>
    public DimensionHead? Dimensions { get; init; }

    /// <summary>The emotions' probabilities, from deviates.</summary>
    public double[] Probabilities(float[] deviates)
    {
        ArgumentNullException.ThrowIfNull(deviates);
        double[] scores = [.. Bias];
        for (var f = 0; f < deviates.Length; f++)
        for (var c = 0; c < scores.Length; c++)
            scores[c] += (double)Weights[f][c] * deviates[f];
        var largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp(s - largest))];
        var sum = powers.Sum();
        return [.. powers.Select(p => p / sum)];
    }

    /// <summary>
    /// The model as an ONNX file's bytes: from <c>features</c>, (N, features), to <c>probabilities</c>, (N, emotions);
    /// <c>shift</c> and <c>gain</c>, (features), may be given to adapt the features; to explain them also
    /// <c>deviates</c>, (N, features), and <c>contributions</c> to the scores, (N, features, emotions).
    /// </summary>
    /// <param name="encoder">An encoder's file and preprocessor configuration to hold as well; null for none.</param>
    public byte[] ToOnnx((byte[] Onnx, string Preprocessor)? encoder = null)
    {
        var (features, emotions, steps) = (Weights.Length, Bias.Length, QuantileNormalizer.Count - 1);
        var model = OnnxModel.Create(
            (EmotionModel.FeaturesInput, [null, features]),
            (EmotionModel.ProbabilitiesOutput, [null, emotions])
        );
        var graph = model.Graph;
        graph.Output.Add(OnnxModel.Value(EmotionModel.DeviatesOutput, null, features));
        graph.Output.Add(OnnxModel.Value(EmotionModel.ContributionsOutput, null, features, emotions));

        graph.Constant<float>("low", [.. Scale.Knots.SelectMany(k => k.Take(steps))], features, steps);
        graph.Constant<float>("slope", Scale.Slopes, features, steps);
        graph.Constant<float>("zero", [0]);
        graph.Constant<float>("one", [1]);
        graph.Constant<float>("step", [QuantileNormalizer.Step]);
        graph.Constant<float>("lowest", [QuantileNormalizer.Lowest]);
        graph.Constant<float>("furthest", [FeatureAdaptation.Furthest]);
        graph.Constant<float>("nearest", [-FeatureAdaptation.Furthest]);
        // inputs that a caller may leave out
        graph.Constant<float>(EmotionModel.ShiftInput, new float[features], features);
        graph.Constant<float>(EmotionModel.GainInput, [.. Enumerable.Repeat(1f, features)], features);
        graph.Input.Add(OnnxModel.Value(EmotionModel.ShiftInput, features));
        graph.Input.Add(OnnxModel.Value(EmotionModel.GainInput, features));
        graph.Constant<long>("last", [2], 1);
        graph.Constant<float>("weights", [.. Weights.SelectMany(w => w)], features, emotions);
        graph.Constant<float>("bias", Bias, emotions);

        graph.Operator("Unsqueeze", "apart", [EmotionModel.FeaturesInput, "last"]); // (N, features, 1)
        graph.Operator("Sub", "above", ["apart", "low"]); // (N, features, steps)
        graph.Operator("Mul", "passed", ["above", "slope"]);
        graph.Operator("Clip", "clipped", ["passed", "zero", "one"]);
        graph.Node.Add(OnnxModel.Node("ReduceSum", "knots", ["clipped", "last"]).With("keepdims", 0)); // (N, features)
        graph.Operator("Mul", "climbed", ["knots", "step"]);
        graph.Operator("Add", "unadapted", ["climbed", "lowest"]);
        graph.Operator("Sub", "shifted", ["unadapted", EmotionModel.ShiftInput]);
        graph.Operator("Mul", "scaled", ["shifted", EmotionModel.GainInput]);
        graph.Operator("Clip", EmotionModel.DeviatesOutput, ["scaled", "nearest", "furthest"]);
        graph.Operator("MatMul", "weighted", [EmotionModel.DeviatesOutput, "weights"]); // (N, emotions)
        graph.Operator("Add", "scores", ["weighted", "bias"]);
        graph.Node.Add(OnnxModel.Node("Softmax", EmotionModel.ProbabilitiesOutput, ["scores"]).With("axis", 1));
        if (Dimensions is { } dimensions)
        {
            graph.Output.Add(OnnxModel.Value(EmotionModel.DimensionsOutput, null, dimensions.Bias.Length));
            graph.Constant<float>(
                "dimension_weights",
                [.. dimensions.Weights.SelectMany(w => w)],
                features,
                dimensions.Bias.Length
            );
            graph.Constant<float>("dimension_bias", dimensions.Bias, dimensions.Bias.Length);
            graph.Operator("MatMul", "dimensions_weighted", [EmotionModel.DeviatesOutput, "dimension_weights"]);
            graph.Operator("Add", EmotionModel.DimensionsOutput, ["dimensions_weighted", "dimension_bias"]);
        }
        graph.Operator("Unsqueeze", "deviates_apart", [EmotionModel.DeviatesOutput, "last"]); // (N, features, 1)
        // (N, features, emotions)
        graph.Operator("Mul", EmotionModel.ContributionsOutput, ["deviates_apart", "weights"]);
        if (encoder is var (onnx, preprocessor))
        {
            Hold(graph, ModelEncoderFile.EncoderOutput, onnx);
            Hold(graph, ModelEncoderFile.PreprocessorOutput, Encoding.UTF8.GetBytes(preprocessor));
        }
        return model.ToByteArray();
    }

    /// <summary>Adds an output that gives bytes, whatever the input.</summary>
    private static void Hold(GraphProto graph, string output, byte[] bytes)
    {
        graph.Constant<byte>(output + "_bytes", bytes, bytes.Length);
        graph.Operator("Identity", output, [output + "_bytes"]);
        var value = OnnxModel.Value(output, bytes.Length);
        value.Type.TensorType.ElemType = OnnxTensor.UInt8;
        graph.Output.Add(value);
    }
}

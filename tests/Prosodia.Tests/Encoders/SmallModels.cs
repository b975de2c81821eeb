using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Tests.Encoders;

/// <summary>Small ONNX models of each kind that users bring.</summary>
internal static class SmallModels
{
    /// <summary>
    /// Two convolutions over an image and the mean of each of four channels: (N, channels, height, width) to (N, 4).
    /// The second has weights of a size to be chosen on a channel that is always zero, which change nothing but the
    /// scale of its weights.
    /// </summary>
    public static ModelProto Convolutions(long channels, long? height, long? width, float idleWeight = 0)
    {
        var model = OnnxModel.Create(("image", [null, channels, height, width]), ("vector", [null, 4]));
        var graph = model.Graph;
        var first = Numbers(8 * (int)channels * 9, 1);
        first.AsSpan(0, (int)channels * 9).Clear();
        graph.Operator(
            "Conv",
            "a",
            ["image", graph.Constant<float>("a.w", first, 8, channels, 3, 3)],
            ("kernel_shape", [3, 3]),
            ("pads", [1, 1, 1, 1])
        );
        graph.Operator("Relu", "b", ["a"]);
        var second = Numbers(4 * 8 * 9, 2);
        for (var output = 0; output < 4; output++)
            second[output * 8 * 9] = idleWeight;
        graph.Operator(
            "Conv",
            "c",
            ["b", graph.Constant<float>("c.w", second, 4, 8, 3, 3)],
            ("kernel_shape", [3, 3]),
            ("pads", [1, 1, 1, 1])
        );
        graph.Operator("Flatten", "vector", [graph.Operator("GlobalAveragePool", "d", ["c"])]);
        return model;
    }

    /// <summary>A pooling and a residual block, as ResNets have: (N, 1, 257, 63) to (N, 8).</summary>
    public static ModelProto Residual()
    {
        var model = OnnxModel.Create(("image", [null, 1, 257, 63]), ("vector", [null, 8]));
        var graph = model.Graph;
        string Convolve(string name, string input, int inputs, int tensor) =>
            graph.Operator(
                "Conv",
                name,
                [
                    input,
                    graph.Constant<float>(name + ".w", Numbers(8 * inputs * 9, tensor), 8, inputs, 3, 3),
                    graph.Constant<float>(name + ".b", Numbers(8, tensor + 10), 8),
                ],
                ("kernel_shape", [3, 3]),
                ("pads", [1, 1, 1, 1])
            );
        var x = graph.Operator("Relu", "a.relu", [Convolve("a", "image", 1, 4)]);
        x = graph.Operator(
            "MaxPool",
            "pool",
            [x],
            ("kernel_shape", [3, 3]),
            ("strides", [2, 2]),
            ("pads", [1, 1, 1, 1])
        );
        var y = Convolve("c", graph.Operator("Relu", "b.relu", [Convolve("b", x, 8, 5)]), 8, 6);
        x = graph.Operator("Relu", "block", [graph.Operator("Add", "sum", [y, x])]);
        graph.Operator("Flatten", "vector", [graph.Operator("GlobalAveragePool", "mean", [x])]);
        return model;
    }

    /// <summary>A convolution over samples, as wav2vec 2.0 begins: (N, samples) to (N, frames, 3).</summary>
    public static ModelProto Waveform(bool mask)
    {
        var model = OnnxModel.Create(("input_values", [null, null]), ("last_hidden_state", [null, null, 3]));
        var graph = model.Graph;
        var axis = graph.Constant<long>("axis", [1], 1);
        graph.Operator(
            "Conv",
            "frames",
            [
                graph.Operator("Unsqueeze", "channel", ["input_values", axis]),
                graph.Constant<float>("w", Numbers(3 * 400, 3), 3, 1, 400),
            ],
            ("kernel_shape", [400]),
            ("strides", [320])
        );
        graph.Operator("Transpose", "last_hidden_state", ["frames"], ("perm", [0, 2, 1]));
        if (!mask)
            return model;
        var value = OnnxModel.Value("attention_mask", null, null);
        value.Type.TensorType.ElemType = OnnxTensor.Int64;
        graph.Input.Add(value);
        graph.Output.Add(OnnxModel.Value("counted", null, null));
        graph.Node.Add(
            new NodeProto
            {
                OpType = "Cast",
                Input = { "attention_mask" },
                Output = { "counted" },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "to",
                        I = 1,
                        Type = 2,
                    },
                },
            }
        );
        return model;
    }

    /// <summary>A classifier of waveforms: (N, samples) to (N, classes).</summary>
    public static ModelProto WaveformClasses(int classes)
    {
        var model = OnnxModel.Create(("input_values", [null, null]), ("logits", [null, classes]));
        var graph = model.Graph;
        graph.Operator(
            "Conv",
            "frames",
            [
                graph.Operator("Unsqueeze", "channel", ["input_values", graph.Constant<long>("axis", [1], 1)]),
                graph.Constant<float>("w", Numbers(classes * 400, 3), classes, 1, 400),
            ],
            ("kernel_shape", [400]),
            ("strides", [320])
        );
        graph.Operator("Flatten", "logits", [graph.Operator("GlobalAveragePool", "mean", ["frames"])]);
        return model;
    }

    /// <summary>The same, with the hidden states of several layers as outputs.</summary>
    public static ModelProto HiddenStates(int layers)
    {
        var model = Waveform(mask: false);
        var graph = model.Graph;
        graph.Output.Clear();
        for (var layer = 0; layer < layers; layer++)
        {
            var before = layer == 0 ? "last_hidden_state" : $"hidden_states.{layer - 1}";
            var weights = graph.Constant<float>($"w{layer}", [.. Numbers(9, 20 + layer).Select(x => 5 * x)], 3, 3);
            graph.Operator(
                "Tanh",
                $"hidden_states.{layer}",
                [graph.Operator("MatMul", $"m{layer}", [before, weights])]
            );
            graph.Output.Add(OnnxModel.Value($"hidden_states.{layer}", null, null, 3));
        }
        return model;
    }

    /// <summary>Hands its input on: a sequence of log-mel bands, or whatever else the shape says.</summary>
    public static ModelProto Identity(params long?[] shape)
    {
        var model = OnnxModel.Create(("x", shape), ("y", shape));
        model.Graph.Operator("Identity", "y", ["x"]);
        return model;
    }

    private static float[] Numbers(int count, int tensor) =>
        [.. DeterministicWeights.Fill(count, tensor).Select(x => 0.2f * (float)x)];
}

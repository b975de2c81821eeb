using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// ResNet-101 for one input channel, tensors as torchvision names and shapes them, as an ONNX model with the batch
/// norms folded into the convolutions. Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016,
/// table 1.
/// </summary>
internal static class ResNet101
{
    /// <summary>Numbers that an image becomes.</summary>
    public const int Outputs = 1000;

    private const int Expansion = 4; // channels out of a bottleneck over channels within it

    private static readonly (int Blocks, int Width)[] Stages = [(3, 64), (4, 128), (23, 256), (3, 512)];

    /// <summary>The tensors a network consists of, in the order of torchvision's state dict.</summary>
    public static IReadOnlyList<(string Name, int[] Shape)> Tensors { get; } = [.. List()];

    /// <summary>Multiplications and additions that a spectrogram of 257 x 63 costs.</summary>
    public static double OperationsPerSegment { get; } = CountOperations();

    /// <summary>Builds the ONNX model: input (N, 1, height, width), output (N, 1000).</summary>
    /// <param name="weights">The values of a tensor by its name, row-major.</param>
    internal static ModelProto ToOnnx(Func<string, float[]> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var model = OnnxModel.Create(("spectrogram", [null, 1, null, null]), ("features", [null, Outputs]));
        var graph = model.Graph;
        foreach (var (name, shape) in Tensors)
            graph.Constant<float>(name, weights(name), [.. shape.Select(s => (long)s)]);
        var shapes = Tensors.ToDictionary(t => t.Name, t => t.Shape);

        string Convolve(string input, string conv, string norm, int stride, bool relu)
        {
            var size = shapes[conv + ".weight"][2];
            var output = graph.Operator(
                "Conv",
                conv,
                [input, conv + ".weight"],
                ("kernel_shape", [size, size]),
                ("strides", [stride, stride]),
                ("pads", [size / 2, size / 2, size / 2, size / 2])
            );
            output = graph.Operator(
                "BatchNormalization",
                norm,
                [output, norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var"]
            );
            return relu ? graph.Operator("Relu", norm + ".relu", [output]) : output;
        }

        var x = Convolve("spectrogram", "conv1", "bn1", 2, relu: true);
        x = graph.Operator(
            "MaxPool",
            "maxpool",
            [x],
            ("kernel_shape", [3, 3]),
            ("strides", [2, 2]),
            ("pads", [1, 1, 1, 1])
        );
        foreach (var (block, stride, downsample) in Blocks())
        {
            var y = Convolve(x, block + ".conv1", block + ".bn1", 1, relu: true);
            y = Convolve(y, block + ".conv2", block + ".bn2", stride, relu: true);
            y = Convolve(y, block + ".conv3", block + ".bn3", 1, relu: false);
            if (downsample)
                x = Convolve(x, block + ".downsample.0", block + ".downsample.1", stride, relu: false);
            x = graph.Operator("Relu", block, [graph.Operator("Add", block + ".add", [y, x])]);
        }
        x = graph.Operator("Flatten", "flatten", [graph.Operator("GlobalAveragePool", "avgpool", [x])]);
        graph.Node.Add(OnnxModel.Node("Gemm", "features", [x, "fc.weight", "fc.bias"]).With("transB", 1));
        BatchNormFolding.Apply(graph);
        return model;
    }

    private static IEnumerable<(string Name, int Stride, bool Downsample)> Blocks() =>
        from stage in Stages.Index()
        from block in Enumerable.Range(0, stage.Item.Blocks)
        select ($"layer{stage.Index + 1}.{block}", block == 0 && stage.Index > 0 ? 2 : 1, block == 0);

    private static double CountOperations()
    {
        static int Halved(int size) => (size + 1) / 2;
        var (height, width) = (Halved(SegmentSpectrogram.Bins), Halved(SegmentSpectrogram.Frames));
        double total = 0;
        foreach (var (name, shape) in Tensors.Where(t => t.Shape.Length == 4))
        {
            // The first convolution and the pooling after it halve the image, as the second convolution of three blocks
            // does.
            if (
                name
                is "layer1.0.conv1.weight"
                    or "layer2.0.conv2.weight"
                    or "layer3.0.conv2.weight"
                    or "layer4.0.conv2.weight"
            )
                (height, width) = (Halved(height), Halved(width));
            total += 2.0 * height * width * shape.Aggregate(1L, (a, b) => a * b);
        }
        return total + 2.0 * Outputs * 2048;
    }

    private static IEnumerable<(string Name, int[] Shape)> List()
    {
        static IEnumerable<(string, int[])> Norm(string name, int channels) =>
            new[] { "weight", "bias", "running_mean", "running_var" }.Select(part =>
                ($"{name}.{part}", new[] { channels })
            );

        static IEnumerable<(string, int[])> Convolution(string conv, string norm, int outputs, int inputs, int size) =>
            Norm(norm, outputs).Prepend((conv + ".weight", [outputs, inputs, size, size]));

        var tensors = Convolution("conv1", "bn1", 64, 1, 7);
        var channels = 64;
        foreach (var (name, _, downsample) in Blocks())
        {
            var width = Stages[name[5] - '1'].Width;
            tensors = tensors
                .Concat(Convolution(name + ".conv1", name + ".bn1", width, channels, 1))
                .Concat(Convolution(name + ".conv2", name + ".bn2", width, width, 3))
                .Concat(Convolution(name + ".conv3", name + ".bn3", width * Expansion, width, 1));
            if (downsample)
                tensors = tensors.Concat(
                    Convolution(name + ".downsample.0", name + ".downsample.1", width * Expansion, channels, 1)
                );
            channels = width * Expansion;
        }
        return tensors.Append(("fc.weight", [Outputs, channels])).Append(("fc.bias", [Outputs]));
    }
}

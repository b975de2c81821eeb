using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// ResNets for one input channel, tensors as torchvision names and shapes them, as ONNX models. Source:
/// He et al., Deep Residual Learning for Image Recognition, CVPR 2016, table 1;
/// as torchvision has them, with the stride of a bottleneck in its second convolution.
/// </summary>
internal sealed class ResNet
{
    /// <summary>Numbers that an image becomes.</summary>
    public const int Outputs = 1000;

    private const int BottleneckExpansion = 4; // channels out of a bottleneck over channels within it

    private static readonly int[] Widths = [64, 128, 256, 512];

    private readonly int[] _blocks; // of each stage

    private ResNet(int depth, bool bottleneck, params int[] blocks)
    {
        (Name, IsBottleneck, _blocks) = ($"ResNet-{depth}", bottleneck, blocks);
        Tensors = [.. List()];
    }

    /// <summary>All of the paper's depths.</summary>
    public static IReadOnlyList<ResNet> All { get; } =
    [
        new(18, false, 2, 2, 2, 2),
        new(34, false, 3, 4, 6, 3),
        new(50, true, 3, 4, 6, 3),
        new(101, true, 3, 4, 23, 3),
        new(152, true, 3, 8, 36, 3),
    ];

    /// <summary>The network of Mustaqeem, Sajjad and Kwon.</summary>
    public static ResNet ResNet101 { get; } = All.Single(r => r.Name == "ResNet-101");

    /// <summary>What it is called, as ResNet-101.</summary>
    public string Name { get; }

    /// <summary>Whether its blocks have three convolutions, not two.</summary>
    public bool IsBottleneck { get; }

    /// <summary>The tensors it consists of, in the order of torchvision's state dict.</summary>
    public IReadOnlyList<(string Name, int[] Shape)> Tensors { get; }

    /// <summary>Multiplications and additions that a spectrogram of 257 x 63 costs.</summary>
    public double OperationsPerSegment => CountOperations();

    /// <summary>A network by its name.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static ResNet Named(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException(name, "is no ResNet", $"Choose from: {string.Join(", ", All.Select(r => r.Name))}");

    /// <summary>The network whose stages and blocks these are; null where there is none.</summary>
    /// <param name="tensors">Names of tensors.</param>
    public static ResNet? Of(IReadOnlyCollection<string> tensors) =>
        All.FirstOrDefault(r =>
            tensors.Contains("layer1.0.conv3.weight") == r.IsBottleneck
            && r._blocks.Index()
                .All(stage =>
                    tensors.Count(t =>
                        t.StartsWith($"layer{stage.Index + 1}.", StringComparison.Ordinal)
                        && t.EndsWith(".conv1.weight", StringComparison.Ordinal)
                    ) == stage.Item
                )
        );

    /// <summary>Builds the ONNX model: input (N, 1, height, width), output (N, 1000).</summary>
    /// <param name="weights">The values of a tensor by its name, row-major.</param>
    internal ModelProto ToOnnx(Func<string, float[]> weights)
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
            var y = Convolve(x, block + ".conv1", block + ".bn1", IsBottleneck ? 1 : stride, relu: true);
            y = Convolve(y, block + ".conv2", block + ".bn2", IsBottleneck ? stride : 1, relu: IsBottleneck);
            if (IsBottleneck)
                y = Convolve(y, block + ".conv3", block + ".bn3", 1, relu: false);
            if (downsample)
                x = Convolve(x, block + ".downsample.0", block + ".downsample.1", stride, relu: false);
            x = graph.Operator("Relu", block, [graph.Operator("Add", block + ".add", [y, x])]);
        }
        x = graph.Operator("Flatten", "flatten", [graph.Operator("GlobalAveragePool", "avgpool", [x])]);
        graph.Node.Add(OnnxModel.Node("Gemm", "features", [x, "fc.weight", "fc.bias"]).With("transB", 1));
        return model;
    }

    /// <summary>A block whose input has other channels or another size than its output brings it to them.</summary>
    private IEnumerable<(string Name, int Stride, bool Downsample)> Blocks() =>
        from stage in _blocks.Index()
        from block in Enumerable.Range(0, stage.Item)
        select (
            $"layer{stage.Index + 1}.{block}",
            block == 0 && stage.Index > 0 ? 2 : 1,
            block == 0 && (stage.Index > 0 || IsBottleneck)
        );

    private double CountOperations()
    {
        static int Halved(int size) => (size + 1) / 2;
        var (height, width) = (Halved(SegmentSpectrogram.Bins), Halved(SegmentSpectrogram.Frames));
        double total = 0;
        foreach (var (name, shape) in Tensors.Where(t => t.Shape.Length == 4))
        {
            // The first convolution and the pooling after it halve the image, as a convolution of three blocks does.
            var strided = IsBottleneck ? "conv2" : "conv1";
            if (
                name == "layer1.0.conv1.weight"
                || Enumerable.Range(2, 3).Any(stage => name == $"layer{stage}.0.{strided}.weight")
            )
                (height, width) = (Halved(height), Halved(width));
            total += 2.0 * height * width * shape.Aggregate(1L, (a, b) => a * b);
        }
        return total + 2.0 * Outputs * Tensors[^2].Shape[1];
    }

    private IEnumerable<(string Name, int[] Shape)> List()
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
            var width = Widths[name[5] - '1'];
            var outputs = IsBottleneck ? width * BottleneckExpansion : width;
            tensors = tensors
                .Concat(Convolution(name + ".conv1", name + ".bn1", width, channels, IsBottleneck ? 1 : 3))
                .Concat(Convolution(name + ".conv2", name + ".bn2", width, width, 3));
            if (IsBottleneck)
                tensors = tensors.Concat(Convolution(name + ".conv3", name + ".bn3", outputs, width, 1));
            if (downsample)
                tensors = tensors.Concat(
                    Convolution(name + ".downsample.0", name + ".downsample.1", outputs, channels, 1)
                );
            channels = outputs;
        }
        return tensors.Append(("fc.weight", [Outputs, channels])).Append(("fc.bias", [Outputs]));
    }
}

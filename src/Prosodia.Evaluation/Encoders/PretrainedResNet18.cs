using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// The ResNet-18 that ML.NET's package has, trained on ImageNet: what there is where no weights were imported. Source:
/// He et al., CVPR 2016; the package's own preprocessing (pixels of 0 to 255, blue first, less a mean image).
/// </summary>
internal static class PretrainedResNet18
{
    /// <summary>What the encoder is called.</summary>
    public const string Name = "resnet18-imagenet";

    /// <summary>What results call it.</summary>
    public const string Title = "ResNet-18, ImageNet";

    private const string NetworkSha256 = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f",
        PreprocessingSha256 = "84bf8def78d0befaa3f6e73745d57d7016c6a192ead76f79686bd438c1047004";
    private const string MeanImage = "MeanImage";
    private const int Features = 512,
        Pixels = 224;

    /// <summary>The package that has it.</summary>
    public static NuGetPackage Package { get; } = new("Microsoft.ML.DnnImageFeaturizer.ResNet18", "0.23.1");

    /// <summary>SHA-256 of the network's file in the package.</summary>
    public static string SourceSha256 => NetworkSha256;

    /// <summary>
    /// The encoder, from images [N, 3, 224, 224] that are normalized as ImageNet's usually are, to 512 features.
    /// </summary>
    /// <param name="package">The folder of the package's files.</param>
    /// <exception cref="InputException">A file of it is missing or another one.</exception>
    public static ModelProto ToOnnx(string package)
    {
        var models = Path.Combine(package, "tools", "DnnImageModels");
        var network = Read(Path.Combine(models, "ResNet18Onnx", "ResNet18.onnx"), NetworkSha256);
        var mean = Read(Path.Combine(models, "ResNetPrepOnnx", "ResNetPreprocess.onnx"), PreprocessingSha256)
            .Graph.Constants()[MeanImage];
        var graph = network.Graph;
        var (image, output) = (graph.Node[0].Input[0], graph.Output[0].Name);
        graph.Input.Clear();
        graph.Input.Add(OnnxModel.Value("image", null, 3, Pixels, Pixels));
        graph.Output.Clear();
        graph.Output.Add(OnnxModel.Value(output, null, Features, 1, 1));
        graph.ValueInfo.Clear();

        // back to pixels, blue first, less the mean image
        graph.Constant<float>("pixel_scale", [.. LogMelInput.ImageNet.Select(c => 255 * c.Deviation)], 1, 3, 1, 1);
        graph.Constant<float>("pixel_mean", [.. LogMelInput.ImageNet.Select(c => 255 * c.Mean)], 1, 3, 1, 1);
        graph.Constant<long>("blue_first", [2, 1, 0], 3);
        graph.Constant<float>(MeanImage, mean.Floats(), 1, 3, Pixels, Pixels);
        NodeProto[] preprocessing =
        [
            OnnxModel.Node("Mul", "scaled", ["image", "pixel_scale"]),
            OnnxModel.Node("Add", "pixels", ["scaled", "pixel_mean"]),
            OnnxModel.Node("Gather", "blue_first_pixels", ["pixels", "blue_first"]).With("axis", 1),
            OnnxModel.Node("Sub", image, ["blue_first_pixels", MeanImage]),
        ];
        for (var i = 0; i < preprocessing.Length; i++)
            graph.Node.Insert(i, preprocessing[i]);
        return network;
    }

    private static ModelProto Read(string file, string sha256)
    {
        if (!File.Exists(file) || Sha256Hash.OfFile(file) != sha256)
            throw new InputException(
                file,
                "is missing or not the published file",
                $"Delete the folder of {Package.Id} from the cache of packages, and run it again"
            );
        return OnnxModel.Read(file);
    }
}

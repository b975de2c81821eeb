using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// The last stages of a pretrained residual network, from its ONNX operators: feature maps (N, channels, height, width)
/// to features (N, features). Convolutions and the last layer learn; batch norms do where they are asked to.
/// </summary>
internal sealed class TrainableStages : nn.Module<Tensor, Tensor>
{
    private const double BatchMomentum = 0.1; // of PyTorch's batch norms
    private const float MinCosine = 0.9999f; // of features and those of the whole encoder
    private const float DefaultEpsilon = 1e-5f; // of ONNX's

    private readonly EncoderCut _cut;
    private readonly bool _trainsNorms;
    private readonly Dictionary<string, Tensor> _weights = [];
    private readonly Dictionary<string, int> _stages = []; // of weights that learn

    /// <summary>Makes the stages with their pretrained weights.</summary>
    /// <param name="cut">The network.</param>
    /// <param name="trainsBatchNorms">Whether batch norms measure batches and learn.</param>
    /// <exception cref="InputException">It has operators that cannot be trained here, or no batch norms.</exception>
    public TrainableStages(EncoderCut cut, bool trainsBatchNorms)
        : base(nameof(TrainableStages))
    {
        ArgumentNullException.ThrowIfNull(cut);
        (_cut, _trainsNorms) = (cut, trainsBatchNorms);
        if (trainsBatchNorms && cut.After.All(n => n.Operator.OpType != "BatchNormalization"))
            throw new InputException(
                cut.File,
                "has its batch norms folded into its convolutions",
                "Import its weights again with: prosodia weights import FILE; or choose --batch-norms frozen"
            );
        foreach (var (node, stage) in cut.After)
        {
            var isNorm = node.OpType == "BatchNormalization";
            foreach (var (i, name) in node.Input.Index().Where(input => cut.Constants.ContainsKey(input.Item)))
            {
                if (_weights.ContainsKey(name))
                    continue;
                var constant = cut.Constants[name];
                var values = tensor(constant.Floats(), [.. constant.Dims]);
                var registered = name.Replace('.', '_'); // modules take no dots
                if (isNorm && (i > 2 || !trainsBatchNorms))
                {
                    register_buffer(registered, values);
                    _weights[name] = values;
                    continue;
                }
                var learned = new Parameter(values);
                register_parameter(registered, learned);
                (_weights[name], _stages[registered]) = (learned, stage);
            }
        }
    }

    /// <summary>
    /// Checks, before recordings are read, that the stages can be trained and give what the whole encoder gives.
    /// </summary>
    /// <param name="whole">The encoder.</param>
    /// <param name="maps">Its first part.</param>
    /// <param name="trainsBatchNorms">Whether batch norms are to learn.</param>
    /// <exception cref="InputException">They can't, or give something else.</exception>
    public static void Check(SegmentEncoder whole, FeatureMapEncoder maps, bool trainsBatchNorms)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(maps);
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var speech = new SegmentedSpeech(SyntheticCorpus.Speak(1).First());
        float[] features;
        try
        {
            using var stages = new TrainableStages(maps.Trained, trainsBatchNorms);
            stages.eval();
            features = stages.forward(tensor(maps.Maps(speech, [0]), [1, .. maps.Shape])).data<float>().ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InputException(whole.File, $"cannot be trained: {e.Message.TrimEnd('.')}", "Import a ResNet");
        }
        if (
            !(
                System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(features, whole.Encode(speech, [0]))
                >= MinCosine
            )
        )
            throw new InputException(
                whole.File,
                "has operators whose attributes are not known here: its stages give other features",
                "Fine-tuning takes ResNets as torchvision, timm and ML.NET have them (docs/weights.md)"
            );
    }

    /// <summary>Whether a pass changes what batch norms remember of batches.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>The stage of a weight that learns, counted from the last.</summary>
    public int StageOf(string parameter) => _stages[parameter];

    /// <summary>Features of maps.</summary>
    public override Tensor forward(Tensor maps)
    {
        var output = Last(maps, null);
        return output.dim() == 4 ? output.mean([2, 3]) : output;
    }

    /// <summary>Numbers that a map becomes.</summary>
    /// <param name="shape">Channels, height and width of a map.</param>
    public int FeaturesOf(long[] shape)
    {
        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        eval();
        return (int)forward(zeros([1, .. shape])).shape[1];
    }

    /// <summary>Bytes that training holds for each map.</summary>
    /// <param name="map">One map, (1, channels, height, width).</param>
    public long BytesOf(Tensor map)
    {
        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        var (numbers, remembers) = (0L, Remembers);
        Remembers = false;
        Last(map, t => numbers += t.numel());
        Remembers = remembers;
        return numbers * sizeof(float);
    }

    private Tensor Last(Tensor maps, Action<Tensor>? made)
    {
        var values = new Dictionary<string, Tensor> { [_cut.Input] = maps };
        foreach (var (node, _) in _cut.After)
        {
            var value = Apply(node, [.. node.Input.Select(i => values.GetValueOrDefault(i) ?? _weights[i])]);
            made?.Invoke(value);
            values[node.Output[0]] = value;
        }
        return values[_cut.Output];
    }

    private Tensor Apply(NodeProto node, Tensor[] inputs) =>
        node.OpType switch
        {
            "Conv" => nn.functional.conv2d(
                Padded(node, inputs[0], 0),
                inputs[1],
                inputs.Length > 2 ? inputs[2] : null,
                strides: Integers(node, "strides", 1, 1),
                padding: [0L, 0L],
                dilation: Integers(node, "dilations", 1, 1),
                groups: node.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1
            ),
            "BatchNormalization" => nn.functional.batch_norm(
                inputs[0],
                inputs[3],
                inputs[4],
                inputs[1],
                inputs[2],
                training && _trainsNorms,
                Remembers ? BatchMomentum : 0,
                node.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? DefaultEpsilon
            ),
            "Relu" => nn.functional.relu(inputs[0]),
            "Add" => inputs[0].add(inputs[1], PinnedScalars.One),
            "MaxPool" => nn.functional.max_pool2d(
                Padded(node, inputs[0], double.NegativeInfinity),
                Integers(node, "kernel_shape", 1, 1),
                Integers(node, "strides", 1, 1)
            ),
            "AveragePool" when Padding(node).All(p => p == 0) => nn.functional.avg_pool2d(
                inputs[0],
                Integers(node, "kernel_shape", 1, 1),
                Integers(node, "strides", 1, 1)
            ),
            "GlobalAveragePool" => inputs[0].mean([2, 3], keepdim: true),
            "Flatten" => inputs[0].flatten(1),
            "Gemm" when node.Attribute.Any(a => a is { Name: "transB", I: 1 }) => nn.functional.linear(
                inputs[0],
                inputs[1],
                inputs.Length > 2 ? inputs[2] : null
            ),
            "Identity" => inputs[0],
            var other => throw new InputException(
                _cut.File,
                $"has the operator {other}, or attributes of it, in the stages that are to be trained",
                "Fine-tuning takes ResNets as torchvision, timm and ML.NET have them (docs/weights.md)"
            ),
        };

    private static Tensor Padded(NodeProto node, Tensor x, double with)
    {
        var pads = Padding(node); // top, left, bottom, right
        return pads.All(p => p == 0)
            ? x
            : nn.functional.pad(x, [pads[1], pads[3], pads[0], pads[2]], PaddingModes.Constant, with);
    }

    private static long[] Padding(NodeProto node) => Integers(node, "pads", 0, 0, 0, 0);

    private static long[] Integers(NodeProto node, string name, params long[] otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == name) is { } attribute ? [.. attribute.Ints] : otherwise;
}

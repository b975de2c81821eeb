using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// A residual network in two parts: what comes before its last stages, and these. A stage is a run of residual blocks
/// that give as many channels; what follows the last block belongs to the last stage.
/// </summary>
/// <param name="File">The network's file.</param>
/// <param name="Before">The first part, whose output is a feature map (N, channels, height, width).</param>
/// <param name="Input">The tensor that the second part begins with.</param>
/// <param name="Output">The tensor that it ends with.</param>
/// <param name="After">The operators of the second part in their order, each with its stage counted from the last,
/// which is 0.</param>
/// <param name="Constants">Its weights.</param>
internal sealed record EncoderCut(
    string File,
    ModelProto Before,
    string Input,
    string Output,
    IReadOnlyList<(NodeProto Operator, int Stage)> After,
    IReadOnlyDictionary<string, TensorProto> Constants
)
{
    private const string Map = "feature_map";

    /// <summary>Cuts a network.</summary>
    /// <param name="file">Its ONNX file.</param>
    /// <param name="stages">How many of the last stages the second part has; null for all from the first convolution
    /// on.</param>
    /// <exception cref="InputException">It is no residual network of so many stages.</exception>
    public static EncoderCut Of(string file, int? stages)
    {
        var model = OnnxModel.Read(file);
        var graph = model.Graph;
        var constants = graph.Constants();
        var starts = StageStarts(graph, constants);
        if (starts.Count == 0 || stages > starts.Count)
            throw new InputException(
                file,
                starts.Count == 0
                    ? "has no residual blocks of convolutions"
                    : $"has {starts.Count} stages of residual blocks",
                starts.Count == 0
                    ? "Fine-tuning takes a ResNet: leave --fine-tune out, or import one (docs/weights.md)"
                    : $"Choose --fine-tune 1 to {starts.Count}, or all"
            );
        var input = stages is { } count ? starts[^count] : graph.Node.First(n => n.OpType == "Conv").Input[0];
        var reached = new HashSet<string> { input };
        var (before, after) = (new List<NodeProto>(), new List<(NodeProto, int)>());
        var begun = starts.Count - (stages ?? starts.Count); // stages whose start has been read
        foreach (var node in graph.Node)
        {
            if (!node.Input.Any(reached.Contains))
            {
                before.Add(node);
                continue;
            }
            if (node.Input.FirstOrDefault(i => !reached.Contains(i) && !constants.ContainsKey(i)) is { } other)
                throw new InputException(
                    file,
                    $"reads '{other}' beside the stages that are to be trained",
                    "Choose other stages: --fine-tune all, or a ResNet as torchvision has it"
                );
            while (begun < starts.Count && node.Input.Contains(starts[begun]))
                begun++;
            after.Add((node, starts.Count - begun));
            reached.UnionWith(node.Output);
        }
        return new EncoderCut(
            file,
            FirstPart(model, before, input),
            input,
            graph.Output[0].Name,
            after,
            after
                .SelectMany(n => n.Item1.Input)
                .Where(constants.ContainsKey)
                .Distinct()
                .ToDictionary(name => name, name => constants[name])
        );
    }

    /// <summary>The tensors that stages begin with.</summary>
    private static List<string> StageStarts(GraphProto graph, Dictionary<string, TensorProto> constants)
    {
        var readers = graph.Readers();
        var channels = new Dictionary<string, long>();
        var starts = new List<string>();
        var (block, last) = ("", 0L);
        foreach (var node in graph.Node)
        {
            var output = node.Output[0];
            if (node.OpType == "Conv" && constants.TryGetValue(node.Input[1], out var kernels))
                channels[output] = kernels.Dims[0];
            else if (node.Input.FirstOrDefault(channels.ContainsKey) is { } like)
                channels[output] = channels[like];
            if (node.OpType == "Add" && !node.Input.Any(constants.ContainsKey) && block.Length > 0)
            {
                if (channels.GetValueOrDefault(output) != last)
                    starts.Add(block);
                last = channels.GetValueOrDefault(output);
            }
            if (channels.ContainsKey(output) && readers[output].Count() > 1)
                block = output;
        }
        return starts;
    }

    private static ModelProto FirstPart(ModelProto model, List<NodeProto> nodes, string output)
    {
        var before = model.Clone();
        var graph = before.Graph;
        graph.Node.Clear();
        graph.Node.Add(nodes.Select(n => n.Clone()));
        graph.Node.Add(OnnxModel.Node("Identity", Map, [output])); // also where nothing comes before
        graph.RemoveUnreadConstants();
        var read = graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var unread in graph.Input.Where(i => !read.Contains(i.Name)).ToArray())
            graph.Input.Remove(unread);
        graph.Output.Clear();
        graph.Output.Add(OnnxModel.Value(Map, null, null, null, null));
        graph.ValueInfo.Clear();
        return before;
    }
}

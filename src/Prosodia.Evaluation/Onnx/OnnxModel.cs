using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Onnx;

namespace Prosodia.Evaluation.Onnx;

/// <summary>Builds, reads and changes ONNX models. Operator set 17, IR version 8.</summary>
internal static class OnnxModel
{
    private const int IrVersion = 8,
        OperatorSet = 17,
        IntegersType = 7,
        IntegerType = 2;

    /// <summary>
    /// An empty model from one input to one output of 32-bit floats; a shape's null stands for any size.
    /// </summary>
    public static ModelProto Create((string Name, long?[] Shape) input, (string Name, long?[] Shape) output) =>
        new()
        {
            IrVersion = IrVersion,
            ProducerName = "Prosodia",
            OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
            Graph = new GraphProto
            {
                Name = "prosodia",
                Input = { Value(input.Name, input.Shape) },
                Output = { Value(output.Name, output.Shape) },
            },
        };

    /// <summary>Reads a model.</summary>
    /// <exception cref="InputException">The file is no ONNX model, or has constants of one name.</exception>
    public static ModelProto Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var model = ModelProto.Parser.ParseFrom(stream);
            if (model.Graph is null || model.Graph.Node.Count == 0)
                throw new InputException(
                    file,
                    "is no ONNX model: it holds no graph",
                    "Export the network again, for example with torch.onnx.export"
                );
            if (model.Graph.Initializer.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new InputException(
                    file,
                    $"has two constants '{twice.Key}'",
                    "Export the network again, for example with torch.onnx.export"
                );
            model.Load(file);
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InputException(
                file,
                $"is no whole ONNX model ({e.Message.TrimEnd('.')})",
                "Download or export it again"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    /// <summary>Writes a model; the file appears complete or not at all.</summary>
    public static void Write(this ModelProto model, string file) =>
        AtomicFile.Write(file, stream => model.WriteTo(stream));

    /// <summary>Opens a model to run on one thread; it passes through a file, which takes half the memory.</summary>
    public static InferenceSession Open(this ModelProto model)
    {
        var file = Path.GetTempFileName();
        try
        {
            model.Write(file);
            return OnnxSession.Open(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A declared input or output of 32-bit floats.</summary>
    public static ValueInfoProto Value(string name, params long?[] shape)
    {
        var sizes = shape.Select(
            (size, axis) =>
                size is { } known
                    ? new TensorShapeProto.Types.Dimension { DimValue = known }
                    : new TensorShapeProto.Types.Dimension { DimParam = axis == 0 ? "N" : $"D{axis}" }
        );
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new()
                {
                    ElemType = OnnxTensor.Float,
                    Shape = new() { Dim = { sizes } },
                },
            },
        };
    }

    /// <summary>Adds a constant; gives its name.</summary>
    public static string Constant<T>(
        this GraphProto graph,
        string name,
        ReadOnlySpan<T> values,
        params ReadOnlySpan<long> shape
    )
        where T : unmanaged
    {
        graph.Initializer.Add(OnnxTensor.Of(name, values, shape));
        return name;
    }

    /// <summary>
    /// Adds an operator named after its output, with attributes of integers; gives the name of its output.
    /// </summary>
    public static string Operator(
        this GraphProto graph,
        string operation,
        string output,
        string[] inputs,
        params (string Name, long[] Values)[] attributes
    )
    {
        graph.Node.Add(Node(operation, output, inputs, attributes));
        return output;
    }

    /// <summary>An operator named after its output, with attributes of lists of integers.</summary>
    public static NodeProto Node(
        string operation,
        string output,
        string[] inputs,
        params (string Name, long[] Values)[] attributes
    ) =>
        new()
        {
            Name = output,
            OpType = operation,
            Input = { inputs },
            Output = { output },
            Attribute =
            {
                attributes.Select(a => new AttributeProto
                {
                    Name = a.Name,
                    Ints = { a.Values },
                    Type = IntegersType,
                }),
            },
        };

    /// <summary>Gives an operator an attribute of one integer.</summary>
    public static NodeProto With(this NodeProto node, string attribute, long value)
    {
        node.Attribute.Add(
            new AttributeProto
            {
                Name = attribute,
                I = value,
                Type = IntegerType,
            }
        );
        return node;
    }

    /// <summary>The constants by name.</summary>
    public static Dictionary<string, TensorProto> Constants(this GraphProto graph) =>
        graph.Initializer.ToDictionary(t => t.Name);

    /// <summary>Removes the constants that no operator reads.</summary>
    public static void RemoveUnreadConstants(this GraphProto graph)
    {
        var read = graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var unread in graph.Initializer.Where(t => !read.Contains(t.Name)).ToArray())
            graph.Initializer.Remove(unread);
    }

    /// <summary>Raises ONNX's own operator set to a version at least.</summary>
    public static void RequireOperatorSet(this ModelProto model, int version)
    {
        foreach (var set in model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx"))
            set.Version = Math.Max(set.Version, version);
    }

    /// <summary>The operators that read a tensor, by the tensor's name.</summary>
    public static ILookup<string, NodeProto> Readers(this GraphProto graph) =>
        graph.Node.SelectMany(node => node.Input.Select(input => (input, node))).ToLookup(r => r.input, r => r.node);
}

using System.Globalization;
using Google.Protobuf;
using Prosodia.Evaluation.Onnx.External;

namespace Prosodia.Evaluation.Onnx;

/// <summary>
/// Weights of an ONNX model that lie in other files. Source: the ONNX specification, "Tensor file formats, External
/// data".
/// </summary>
internal static class ExternalData
{
    private const string Location = "location",
        Offset = "offset",
        Length = "length";
    private const int InOtherFile = 1; // data_location

    private static readonly MessageParser<Model> Parser = Model.Parser.WithDiscardUnknownFields(true);

    /// <summary>SHA-256 of a model: of its file, or where it refers to others, of the sums of all of them.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static string Sha256Of(string file)
    {
        var own = Sha256Hash.OfFile(file);
        string[] others = [.. FilesOf(file)];
        foreach (var other in others.Select(o => Path.Combine(FolderOf(file), o)))
        {
            OutputGuard.Reads(other);
            if (File.Exists(other) && new FileInfo(other).Length == 0)
                throw new InputException(other, "holds no weights", "Copy the model again with all of its files");
        }
        return others.Length == 0
            ? own
            : Sha256Hash.Of(
                string.Concat(
                    others
                        .Select(o => $"{Sha256Hash.OfFile(Path.Combine(FolderOf(file), o))}  {o}\n")
                        .Prepend(own + "\n")
                )
            );
    }

    /// <summary>
    /// The files that a model refers to, relative to its folder, in alphabetical order; none where it is no whole
    /// model.
    /// </summary>
    public static IEnumerable<string> FilesOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var model = Parser.ParseFrom(stream);
            return TensorsOf(model.Graph)
                .Concat(model.Functions.SelectMany(f => f.Node).SelectMany(TensorsOf))
                .Select(t => t.ExternalData.FirstOrDefault(e => e.Key == Location)?.Value)
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal)
                .ToArray();
        }
        catch (InvalidProtocolBufferException)
        {
            return []; // ONNX Runtime will say what is wrong with it
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    /// <summary>Puts weights from other files into a model that was read from a file.</summary>
    /// <exception cref="InputException">Another file is missing or too short.</exception>
    public static void Load(this ModelProto model, string file)
    {
        var tensors = model.Graph.Initializer.Concat(
            model.Graph.Node.SelectMany(n => n.Attribute).Select(a => a.T).OfType<TensorProto>()
        );
        foreach (var tensor in tensors.Where(t => t.DataLocation == InOtherFile))
        {
            string? Entry(string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
            var other = Path.Combine(FolderOf(file), Entry(Location) ?? "");
            try
            {
                using var stream = File.OpenRead(other);
                stream.Position = Number(Entry(Offset)) ?? 0;
                var bytes = new byte[Math.Min(Number(Entry(Length)) ?? long.MaxValue, stream.Length - stream.Position)];
                stream.ReadExactly(bytes);
                tensor.RawData = ByteString.CopyFrom(bytes);
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException or ArgumentException or OverflowException)
            {
                throw new InputException(
                    file,
                    $"has weights in {other}, which cannot be read ({e.Message.TrimEnd('.')})",
                    "Copy the model again with all of its files"
                );
            }
            tensor.ExternalData.Clear();
            tensor.DataLocation = 0;
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;

    private static IEnumerable<Tensor> TensorsOf(Graph? graph) =>
        graph is null
            ? []
            :
            [
                .. graph.Initializer,
                .. graph.SparseInitializer.SelectMany(TensorsOf),
                .. graph.Node.SelectMany(TensorsOf),
            ];

    private static IEnumerable<Tensor> TensorsOf(Node node) =>
        node.Attribute.SelectMany(a =>
            a.Tensors.Append(a.T)
                .OfType<Tensor>()
                .Concat(a.SparseTensors.Append(a.SparseTensor).SelectMany(TensorsOf))
                .Concat(a.Graphs.Append(a.G).SelectMany(TensorsOf))
        );

    private static IEnumerable<Tensor> TensorsOf(SparseTensor? sparse) =>
        sparse is null ? [] : new[] { sparse.Values, sparse.Indices }.OfType<Tensor>();
}

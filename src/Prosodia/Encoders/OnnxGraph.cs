using Google.Protobuf;

namespace Prosodia.Encoders;

/// <summary>
/// Writes an ONNX model of one input and one output, node by node. Field numbers: onnx.proto of the ONNX specification,
/// IR version 8, operator set 17.
/// </summary>
internal sealed class OnnxGraph
{
    private const int IrVersion = 8, OperatorSet = 17, FloatType = 1;

    private readonly MemoryStream _graph = new();

    /// <summary>Adds a constant tensor.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var tensor = new Message();
        foreach (var size in shape) tensor.Int(1, size);       // dims
        tensor.Int(2, FloatType);                              // data_type
        tensor.Text(8, name);                                  // name
        tensor.Bytes(9, ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values))); // raw_data
        new Message().Child(5, tensor).AppendTo(_graph);       // initializer
        return name;
    }

    /// <summary>Adds an operator with attributes of integers; gives the name of its output.</summary>
    public string Node(string operation, string output, string[] inputs, params (string Name, long[] Values)[] attributes)
    {
        var node = new Message();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output).Text(4, operation);
        foreach (var (name, values) in attributes)
        {
            var attribute = new Message().Text(1, name);
            foreach (var value in values) attribute.Int(8, value); // ints
            node.Child(5, attribute.Int(20, 7));                   // type INTS
        }
        new Message().Child(1, node).AppendTo(_graph);
        return output;
    }

    /// <summary>Adds the product of a matrix and a transposed one, plus a bias.</summary>
    public string Gemm(string output, string input, string weight, string bias)
    {
        var transposed = new Message().Text(1, "transB").Int(3, 1).Int(20, 2); // i, type INT
        var node = new Message().Text(1, input).Text(1, weight).Text(1, bias).Text(2, output).Text(4, "Gemm").Child(5, transposed);
        new Message().Child(1, node).AppendTo(_graph);
        return output;
    }

    /// <summary>The model as a file's bytes; a shape's null stands for any size.</summary>
    public byte[] Build((string Name, long?[] Shape) input, (string Name, long?[] Shape) output)
    {
        new Message().Text(2, "prosodia").Child(11, Value(input)).Child(12, Value(output)).AppendTo(_graph);
        var model = new MemoryStream();
        new Message().Int(1, IrVersion).Text(2, "Prosodia").Bytes(7, ByteString.CopyFrom(_graph.ToArray()))
            .Child(8, new Message().Text(1, "").Int(2, OperatorSet)).AppendTo(model);
        return model.ToArray();
    }

    private static Message Value((string Name, long?[] Shape) value)
    {
        var shape = new Message();
        foreach (var size in value.Shape) shape.Child(1, size is { } known ? new Message().Int(1, known) : new Message().Text(2, "N"));
        return new Message().Text(1, value.Name)
            .Child(2, new Message().Child(1, new Message().Int(1, FloatType).Child(2, shape)));
    }

    /// <summary>A protocol-buffers message, field by field.</summary>
    private sealed class Message
    {
        private readonly MemoryStream _bytes = new();

        public Message Int(int field, long value) => Write(field, WireFormat.WireType.Varint, o => o.WriteInt64(value));

        public Message Text(int field, string value) => Write(field, WireFormat.WireType.LengthDelimited, o => o.WriteString(value));

        public Message Bytes(int field, ByteString value) => Write(field, WireFormat.WireType.LengthDelimited, o => o.WriteBytes(value));

        public Message Child(int field, Message child) => Bytes(field, ByteString.CopyFrom(child._bytes.ToArray()));

        public void AppendTo(Stream stream) => _bytes.WriteTo(stream);

        private Message Write(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
        {
            using var output = new CodedOutputStream(_bytes, leaveOpen: true);
            output.WriteTag(field, type);
            value(output);
            return this;
        }
    }
}

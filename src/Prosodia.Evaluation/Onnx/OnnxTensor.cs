using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Prosodia.Evaluation.Onnx;

/// <summary>Makes and reads the constant tensors of ONNX models, values row-major.</summary>
internal static class OnnxTensor
{
    /// <summary>Element types by their numbers in the ONNX specification.</summary>
    public const int Float = 1,
        UInt8 = 2,
        Int8 = 3,
        Int32 = 6,
        Int64 = 7;

    /// <summary>A constant.</summary>
    public static TensorProto Of<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var type = default(T) switch
        {
            float => Float,
            byte => UInt8,
            sbyte => Int8,
            int => Int32,
            long => Int64,
            _ => throw new ArgumentException($"no tensors of {typeof(T)}", nameof(values)),
        };
        return new TensorProto
        {
            Name = name,
            DataType = type,
            Dims = { shape.ToArray() },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
    }

    /// <summary>The values of a constant of 32-bit floats.</summary>
    /// <exception cref="InvalidDataException">It is of another type, elsewhere, or not of the size that its shape
    /// says.</exception>
    public static float[] Floats(this TensorProto tensor)
    {
        if (tensor.DataType != Float)
            throw new InvalidDataException(
                $"tensor '{tensor.Name}' is of type {tensor.DataType}, expected 32-bit floats (1)"
            );
        if (tensor.DataLocation != 0)
            throw new InvalidDataException($"tensor '{tensor.Name}' is in a file beside this one, expected within it");
        float[] values = tensor.RawData.IsEmpty
            ? [.. tensor.FloatData]
            : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        var expected = tensor.Dims.Aggregate(1L, (a, b) => checked(a * b));
        if (values.Length != expected)
            throw new InvalidDataException(
                $"tensor '{tensor.Name}' holds {values.Length} numbers, its shape [{Shape(tensor.Dims)}] says "
                    + $"{expected}"
            );
        return values;
    }

    /// <summary>A shape as people write it: 64, 3, 7, 7.</summary>
    public static string Shape<T>(IEnumerable<T> sizes) => string.Join(", ", sizes);
}

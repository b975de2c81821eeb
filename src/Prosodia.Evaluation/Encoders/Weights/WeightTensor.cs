using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>A named array of a weights file, whose numbers are read when they are asked for.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Read">Gives the numbers, row-major; throws <see cref="InvalidDataException"/> where they are not all
/// there.</param>
internal sealed record WeightTensor(string Name, long[] Shape, Func<float[]> Read)
{
    /// <summary>How many numbers a shape has.</summary>
    /// <exception cref="InvalidDataException">A size is negative, or there are more than an array can hold.</exception>
    public static int CountOf(string name, long[] shape)
    {
        long count = 1;
        foreach (var size in shape)
        {
            if (size is < 0 or > int.MaxValue || (count *= size) > Array.MaxLength)
                throw new InvalidDataException(
                    $"tensor '{name}' claims the shape [{OnnxTensor.Shape(shape)}], more than a tensor can be"
                );
        }
        return (int)count;
    }

    /// <summary>
    /// Bytes of a number by its type's name in safetensors; 0 for types that are no floating-point numbers.
    /// </summary>
    public static int BytesOf(string type) =>
        type switch
        {
            "F64" => 8,
            "F32" => 4,
            "F16" or "BF16" => 2,
            _ => 0,
        };

    /// <summary>Little-endian numbers as 32-bit floats.</summary>
    public static float[] Decode(ReadOnlySpan<byte> bytes, string type)
    {
        if (type == "F32" && BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        var size = BytesOf(type);
        var values = new float[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var b = bytes[(i * size)..];
            values[i] = type switch
            {
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(b),
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(b),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(b),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
            };
        }
        return values;
    }
}

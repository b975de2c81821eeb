using System.Buffers.Binary;
using System.Text.Json;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>
/// Reads the tensors of a safetensors file: a JSON header with names, types, shapes and places, then the bytes.
/// </summary>
internal static class Safetensors
{
    private const int LengthBytes = 8,
        MaxHeader = 100_000_000; // the limit of the format's own reader

    /// <summary>Whether a file begins as a safetensors file does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length > LengthBytes
        && start[LengthBytes] == '{'
        && BinaryPrimitives.ReadUInt64LittleEndian(start) <= MaxHeader;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static IEnumerable<WeightTensor> Read(string file)
    {
        using var stream = File.OpenRead(file);
        var length = new byte[LengthBytes];
        stream.ReadExactly(length);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerLength > (ulong)Math.Min(MaxHeader, stream.Length - LengthBytes))
            throw new InvalidDataException($"its header claims {headerLength} bytes, the file has {stream.Length}");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var (start, total) = (stream.Position, stream.Length - stream.Position);
        try
        {
            using var json = JsonDocument.Parse(header);
            return
            [
                .. json
                    .RootElement.EnumerateObject()
                    .Where(p => p.Name != "__metadata__")
                    .Select(p => Tensor(p.Name, p.Value, file, start, total)),
            ];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"its header is damaged ({e.Message.Split('\n')[0].TrimEnd('.')})", e);
        }
    }

    private static WeightTensor Tensor(string name, JsonElement entry, string file, long start, long total)
    {
        var type = entry.GetProperty("dtype").GetString()!;
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        long[] place = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(s => s.GetInt64())];
        var expected = (long)WeightTensor.CountOf(name, shape) * WeightTensor.BytesOf(type);
        return new WeightTensor(
            name,
            shape,
            () =>
            {
                if (expected == 0 && WeightTensor.BytesOf(type) == 0)
                    throw new InvalidDataException(
                        $"tensor '{name}' is of type {type}, expected floating-point numbers"
                    );
                if (place is not [var from, var to] || from < 0 || to > total || to - from != expected)
                    throw new InvalidDataException(
                        $"tensor '{name}' is at bytes {string.Join(" to ", place)} of {total}, expected "
                            + $"{expected} bytes within the file"
                    );
                using var stream = File.OpenRead(file);
                stream.Position = start + from;
                var bytes = new byte[expected];
                stream.ReadExactly(bytes);
                return WeightTensor.Decode(bytes, type);
            }
        );
    }
}

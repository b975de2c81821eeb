using System.IO.Compression;
using System.Text;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>Reads the tensors of a PyTorch file: a zip of one pickle, which names them, and their bytes.</summary>
internal static class TorchCheckpoint
{
    private const int MaxPickle = 64 << 20; // ResNet-101's is 40 KB

    private static readonly string[] Nested = ["state_dict", "model_state_dict", "model"];

    /// <summary>Reads a file that <c>torch.save</c> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds more than tensors.</exception>
    public static IEnumerable<WeightTensor> Read(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        var pickle =
            zip.Entries.FirstOrDefault(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new InvalidDataException("it is a zip without data.pkl, so PyTorch did not write it");
        var folder = pickle.FullName[..^"data.pkl".Length];
        if (
            zip.GetEntry(folder + "byteorder") is { } order
            && Encoding.UTF8.GetString(Bytes(order, 16)) is not "little" and var other
        )
            throw new InvalidDataException($"its numbers are in the byte order '{other}', expected 'little'");
        if (pickle.Length > MaxPickle)
            throw new InvalidDataException($"its data.pkl claims {pickle.Length} bytes, more than a state dict's");
        if (Pickle.Load(Bytes(pickle, MaxPickle)) is not Dictionary<object, object?> top)
            throw new InvalidDataException("it holds no state dict but something else");
        var dictionary =
            Nested.Select(name => top.GetValueOrDefault(name)).OfType<Dictionary<object, object?>>().FirstOrDefault()
            ?? top;
        return
        [
            .. dictionary
                .Where(item =>
                    item is { Key: string, Value: Pickle.Call { Function.Name: "torch._utils._rebuild_tensor_v2" } }
                )
                .Select(item => Tensor((string)item.Key, ((Pickle.Call)item.Value!).Arguments, file, folder)),
        ];
    }

    private static WeightTensor Tensor(string name, object?[] arguments, string file, string folder)
    {
        if (
            arguments
                is not [
                    Pickle.Persistent { Id: object?[] and ["storage", Pickle.Global storage, string key, ..] },
                    long offset,
                    object?[] size,
                    object?[] stride,
                    ..,
                ]
            || size.Length != stride.Length
            || size.Concat(stride).Any(s => s is not long)
        )
            throw new InvalidDataException($"tensor '{name}' is not written as PyTorch writes tensors");
        long[] shape = [.. size.Cast<long>()],
            strides = [.. stride.Cast<long>()];
        var count = WeightTensor.CountOf(name, shape);
        var type = storage.Name switch
        {
            "torch.FloatStorage" => "F32",
            "torch.DoubleStorage" => "F64",
            "torch.HalfStorage" => "F16",
            "torch.BFloat16Storage" => "BF16",
            _ => "",
        };
        return new WeightTensor(
            name,
            shape,
            () =>
            {
                if (type.Length == 0)
                    throw new InvalidDataException(
                        $"tensor '{name}' is a {storage.Name}, expected floating-point numbers"
                    );
                using var zip = ZipFile.OpenRead(file);
                var entry =
                    zip.GetEntry($"{folder}data/{key}")
                    ?? throw new InvalidDataException(
                        $"tensor '{name}' is not in it: there is no entry {folder}data/{key}"
                    );
                if (entry.Length > new FileInfo(file).Length)
                    throw new InvalidDataException(
                        $"tensor '{name}' claims {entry.Length} bytes, more than the whole file"
                    );
                var stored = WeightTensor.Decode(Bytes(entry, entry.Length), type);
                return Gather(name, stored, offset, shape, strides, count);
            }
        );
    }

    /// <summary>A view of stored numbers, row-major.</summary>
    private static float[] Gather(string name, float[] stored, long offset, long[] shape, long[] strides, int count)
    {
        var values = new float[count];
        var index = new long[shape.Length];
        for (var i = 0; i < count; i++)
        {
            var at = offset;
            for (var axis = 0; axis < shape.Length; axis++)
                at += index[axis] * strides[axis];
            if (at < 0 || at >= stored.Length)
                throw new InvalidDataException(
                    $"tensor '{name}' reaches beyond its storage: number {at} of {stored.Length}"
                );
            values[i] = stored[at];
            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }
        return values;
    }

    private static byte[] Bytes(ZipArchiveEntry entry, long most)
    {
        using var stream = entry.Open();
        var bytes = new byte[Math.Min(entry.Length, most)];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"its entry {entry.FullName} is cut off");
        return bytes;
    }
}

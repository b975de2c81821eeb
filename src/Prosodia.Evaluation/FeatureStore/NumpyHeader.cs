using System.Text;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// What precedes the data of a numpy file: magic, length and text of a header. Source: numpy.lib.format, version 1.0.
/// </summary>
internal static class NumpyHeader
{
    private const int Alignment = 64;

    /// <summary>Writes it.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="type">The elements' type as numpy describes it, a Python literal.</param>
    /// <param name="shape">The array's shape.</param>
    public static void Write(Stream stream, string type, params ReadOnlySpan<int> shape)
    {
        var sizes = string.Concat(shape.ToArray().Select((size, i) => i == 0 ? $"{size}," : $" {size}"));
        var header = $"{{'descr': {type}, 'fortran_order': False, 'shape': ({sizes}), }}";
        var length = (header.Length + 11 + Alignment - 1) / Alignment * Alignment - 10;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.Latin1.GetBytes(header.PadRight(length - 1) + "\n"));
    }
}

using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>Recognizes a weights file by its first bytes, whatever its name.</summary>
internal static class WeightsFile
{
    /// <summary>Reads a ResNet; gives the format's name, which network it is and the encoder's model.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else.</exception>
    /// <exception cref="InputException">The file is in a format that cannot be read.</exception>
    public static (string Format, ResNet Network, ModelProto Model) ToOnnx(string file)
    {
        var start = new byte[16];
        using (var stream = File.OpenRead(file))
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var (format, read) = start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ("PyTorch", ResNetCheckpoint.ToOnnx(TorchCheckpoint.Read(file))),
            [0x80, 2 or 3 or 4, ..] => throw new InputException(
                file,
                "is in the format of PyTorch before 1.6, which can run code and is not read",
                "Convert it once: python3 -c \"import torch; torch.save(torch.load('FILE', map_location='cpu'), "
                    + "'NEW')\""
            ),
            _ when Safetensors.Recognizes(start) => ("safetensors", ResNetCheckpoint.ToOnnx(Safetensors.Read(file))),
            [0x08, ..] => ("ONNX", OnnxClassifier.ToOnnx(OnnxModel.Read(file))), // field 1 of a model: its IR version
            _ => throw new InputException(
                file,
                "is no weights file",
                "Give a .pth of PyTorch, a .safetensors or an .onnx file"
            ),
        };
        return (format, read.Network, read.Model);
    }
}

using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders.Weights;

/// <summary>Recognizes a weights file by its first bytes, whatever its name.</summary>
internal static class WeightsFile
{
    /// <summary>Reads a ResNet-101; gives the format's name and the encoder's model.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else.</exception>
    /// <exception cref="InputException">The file is in a format that cannot be read.</exception>
    public static (string Format, ModelProto Model) ToOnnx(string file)
    {
        var start = new byte[16];
        using (var stream = File.OpenRead(file))
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => ("PyTorch", ResNet101Checkpoint.ToOnnx(TorchCheckpoint.Read(file))),
            [0x80, 2 or 3 or 4, ..] => throw new InputException(
                file,
                "is in the format of PyTorch before 1.6, which can run code and is not read",
                "Convert it once: python3 -c \"import torch; torch.save(torch.load('FILE', map_location='cpu'), "
                    + "'NEW')\""
            ),
            _ when Safetensors.Recognizes(start) => ("safetensors", ResNet101Checkpoint.ToOnnx(Safetensors.Read(file))),
            [0x08, ..] => ("ONNX", OnnxClassifier.ToOnnx(OnnxModel.Read(file))), // field 1 of a model: its IR version
            _ => throw new InputException(
                file,
                "is no weights file",
                "Give a .pth of PyTorch, a .safetensors or an .onnx file"
            ),
        };
    }
}

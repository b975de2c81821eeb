using System.Text;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Encoders;

namespace Prosodia.Recognition;

/// <summary>Finds the encoder that a model reads recordings with: in the model's file, or beside it.</summary>
internal static class ModelEncoderFile
{
    /// <summary>
    /// Outputs of a model's ONNX graph that hold the encoder's file and its preprocessor configuration.
    /// </summary>
    internal const string EncoderOutput = "encoder_file",
        PreprocessorOutput = "encoder_preprocessor";

    /// <summary>Opens the encoder.</summary>
    /// <param name="encoder">What the model's card says of it.</param>
    /// <param name="model">The model.</param>
    /// <param name="name">What errors call the model.</param>
    /// <param name="folder">The model's folder; null where it has none.</param>
    /// <exception cref="InputException">It is missing or another one.</exception>
    public static UtteranceEncoder Open(ModelEncoder encoder, InferenceSession model, string name, string? folder)
    {
        if (model.OutputMetadata.ContainsKey(EncoderOutput))
        {
            var (onnx, config) = (Constant(model, EncoderOutput), Constant(model, PreprocessorOutput));
            return UtteranceEncoder.Open(onnx, Encoding.UTF8.GetString(config), $"{name} ({encoder.Name})");
        }
        var file = folder is null ? encoder.Name : Path.Combine(folder, encoder.Name);
        if (folder is null || !File.Exists(file))
            throw new InputException(
                name,
                $"reads recordings with the encoder {encoder.Name} (SHA-256 {encoder.Sha256[..12]}), which is not "
                    + "beside it",
                $"Copy {encoder.Name} and its preprocessor_config.json, if it has one, to the model's folder; or train "
                    + "with --embed, so that one file holds both"
            );
        var opened = UtteranceEncoder.Open(file);
        if (opened.Sha256 == encoder.Sha256)
            return opened;
        var found = opened.Sha256;
        opened.Dispose();
        throw new InputException(
            file,
            $"is not the encoder that {name} was trained with: its SHA-256 is {found[..12]}, the card says "
                + encoder.Sha256[..12],
            "Copy it again from where the model was trained"
        );
    }

    private static byte[] Constant(InferenceSession model, string output)
    {
        using var options = new RunOptions();
        using OrtValue features = OrtValue.CreateTensorValueFromMemory(
            new float[model.InputMetadata[EmotionModel.FeaturesInput].Dimensions[1]],
            [1, model.InputMetadata[EmotionModel.FeaturesInput].Dimensions[1]]
        );
        using var results = model.Run(options, [EmotionModel.FeaturesInput], [features], [output]);
        return results[0].GetTensorDataAsSpan<byte>().ToArray();
    }
}

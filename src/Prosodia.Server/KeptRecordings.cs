using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>
/// Recordings and results that the operator of a server wants kept. What cannot be kept is logged and costs no one
/// their answer.
/// </summary>
internal sealed partial class KeptRecordings(RecognitionEngine recognizer, ILogger<KeptRecordings> logger)
{
    private const string UnknownExtension = ".audio"; // a client's name must not decide on the result's

    /// <summary>Keeps a recording and its result under a name that says when.</summary>
    public void Keep(string folder, Upload upload, RecognitionResult audio)
    {
        try
        {
            var name = Path.Combine(
                folder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Path.GetFileName(upload.Path)[..8]}"
                )
            );
            AtomicFile.Write(
                name + (SoundFormat.HasExtension(upload.Name) ? Path.GetExtension(upload.Name) : UnknownExtension),
                target =>
                {
                    using var source = File.OpenRead(upload.Path);
                    source.CopyTo(target);
                }
            );
            var result = RecognitionEndpoints.ToJson(new Recognition(audio, null), recognizer.Card, details: false);
            AtomicFile.Write(name + ".json", JsonSerializer.Serialize(result, RecognitionServer.Json) + "\n");
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            NotKept(logger, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "A recording could not be kept: {Reason}")]
    private static partial void NotKept(ILogger logger, string reason);
}

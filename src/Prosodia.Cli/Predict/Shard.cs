using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Prosodia.Cli.Predict;

/// <summary>
/// One of several equal parts of a long list of recordings, in its order: parts put together are the whole.
/// </summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Of">How many there are.</param>
internal readonly record struct Shard(int Number, int Of)
{
    /// <summary>Reads <c>3/8</c>; null where it is none.</summary>
    public static Shard? Parse(string text) =>
        text.Split('/') is [var number, var of]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
        && n >= 1
        && n <= all
            ? new Shard(n, all)
            : null;

    /// <summary>This part of a list of so many.</summary>
    public IReadOnlyList<string> PartOf(IEnumerable<string> files, long count) =>
        [.. files.Skip((int)((Number - 1) * count / Of)).Take((int)(Number * count / Of - (Number - 1) * count / Of))];
}

/// <summary>
/// What is written beside the predictions of a part once they are complete, so that <c>merge</c> can tell that none is
/// missing or double.
/// </summary>
/// <param name="Number">Which part.</param>
/// <param name="Of">How many there are.</param>
/// <param name="List">SHA-256 of the whole list of recordings.</param>
/// <param name="Model">SHA-256 of the model.</param>
/// <param name="Files">Recordings of this part.</param>
/// <param name="LeftOut">Those that could not be used.</param>
/// <param name="Predictions">SHA-256 of the file of predictions.</param>
internal sealed record ShardNote(
    int Number,
    int Of,
    string List,
    string Model,
    int Files,
    int LeftOut,
    string Predictions
)
{
    /// <summary>SHA-256 of the profile that was adapted to; empty where nothing was.</summary>
    public string Profile { get; init; } = "";

    /// <summary>The probability below which answers are unsure.</summary>
    public double Threshold { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Where the note of a file of predictions is.</summary>
    public static string Beside(string predictions) => predictions + ".shard.json";

    /// <summary>The length of a list, and its SHA-256.</summary>
    public static (long Count, string Sha256) Measure(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\n"));
            count++;
        }
        return (count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Writes the note.</summary>
    public void Write(string predictions) =>
        OutputFile.Write(Beside(predictions), JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Reads the note of a file of predictions, which must be as it was written.</summary>
    /// <exception cref="InputException">There is none, or the file is another one.</exception>
    public static ShardNote Read(string predictions)
    {
        try
        {
            var note =
                JsonSerializer.Deserialize<ShardNote>(File.ReadAllText(Beside(predictions)), Json)
                ?? throw new JsonException("it is empty");
            return note.Predictions == Sha256Hash.OfFile(predictions)
                ? note
                : throw new InputException(predictions, "was changed after it was written", "Run its shard again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException(
                predictions,
                $"has no readable {Path.GetFileName(Beside(predictions))} beside it",
                "Run its shard again, which writes it at its end"
            );
        }
    }
}

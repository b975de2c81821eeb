namespace Prosodia;

/// <summary>An input that cannot be used: which one, what was found, and what its owner can do about it.</summary>
/// <param name="input">The file, folder or row, as the user named it.</param>
/// <param name="found">What is wrong with it, without a full stop.</param>
/// <param name="advice">What to do next, without a full stop.</param>
public class InputException(string input, string found, string advice) : Exception($"{input}: {found}. {advice}.")
{
    /// <summary>The input that cannot be used.</summary>
    public string Input { get; } = input;

    /// <summary>Turns the errors of the operating system into one that says what to do.</summary>
    public static InputException From(string input, Exception error) =>
        error switch
        {
            InputException known => known,
            FileNotFoundException or DirectoryNotFoundException => new(
                input,
                "does not exist",
                "Check the path; in a manifest, paths are relative to the manifest's folder"
            ),
            UnauthorizedAccessException => new(
                input,
                "may not be read",
                "Check its permissions, and that it is a file"
            ),
            _ => new(
                input,
                $"could not be read ({error.Message.TrimEnd('.')})",
                "Check that the disk or share is in order"
            ),
        };

    /// <summary>Turns the errors of the operating system in writing into one that says what to do.</summary>
    public static InputException NotWritten(
        string output,
        Exception error,
        string advice = "Choose another place, or make room there"
    )
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(output, $"cannot be written ({error.Message.TrimEnd('.')})", advice);
    }
}

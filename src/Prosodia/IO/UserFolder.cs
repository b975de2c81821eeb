namespace Prosodia.IO;

/// <summary>Where encoders and computed features are kept between runs.</summary>
internal static class UserFolder
{
    /// <summary>The environment variable that says where.</summary>
    public const string Variable = "PROSODIA_HOME";

    /// <summary>
    /// The folder: what the variable says, else <c>prosodia</c> in the user's folder for application data.
    /// </summary>
    public static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen
            ? chosen
            : System.IO.Path.Combine(
                Environment.GetFolderPath(
                    Environment.SpecialFolder.LocalApplicationData,
                    Environment.SpecialFolderOption.DoNotVerify
                ),
                "prosodia"
            );
}

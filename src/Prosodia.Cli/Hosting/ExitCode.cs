namespace Prosodia.Cli.Hosting;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Fault = 1;
    public const int WrongUsage = 2;
    public const int UnusableInput = 3;
    public const int CheckFailed = 4;
    public const int Interrupted = 130;
}

/// <summary>Options that don't fit together or have values that don't exist.</summary>
internal sealed class UsageException(string message) : Exception(message);

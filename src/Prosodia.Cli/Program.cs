namespace Prosodia.Cli;

/// <summary>The program without training, which needs no libtorch.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => Hosting.CommandLine.RunAsync(args);
}

using Prosodia.Cli.Hosting;
using Prosodia.Training.Cli.Commands;

namespace Prosodia.Training.Cli;

/// <summary>The whole program: all verbs, with those that train.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        CommandLine.RunAsync(
            args,
            DemoCommand.Create(),
            EvaluateCommand.Create(),
            ReproduceCommand.Create(),
            TuneCommand.Create(),
            AblateCommand.Create(),
            CrossCorpusCommand.Create(),
            SweepCommand.Create(),
            TrainCommand.Create(),
            BenchCommand.Create()
        );
}

using System.CommandLine;
using Prosodia.Cli.Commands;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;

namespace Prosodia.Cli;

/// <summary>The command line: one file a verb in <c>Commands/</c>, exit codes and errors here.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new Command("prosodia", "Recognizes how a person sounds from recordings of speech.")
        {
            DemoCommand.Create(), ImportCommand.Create(), InspectCommand.Create(), EvaluateCommand.Create(), ReproduceCommand.Create(), TuneCommand.Create(), AblateCommand.Create(),
            CompareCommand.Create(), SweepCommand.Create(), TrainCommand.Create(), PredictCommand.Create(), MergeCommand.Create(), ServeCommand.Create(), RunsCommand.Create(), WeightsCommand.Create(), FeaturesCommand.Create(), BenchCommand.Create(),
        };
        root.Options.Add(Verb.Help());
        root.Options.Add(new VersionOption());

        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            var verb = parsed.CommandResult.Command;
            foreach (var error in parsed.Errors.Skip(verb == root && parsed.Errors.Count > 1 ? 1 : 0)) Terminal.Error(error.Message);
            Terminal.Hint(verb == root ? "See: prosodia --help" : $"See: prosodia {verb.Name} --help");
            return ExitCode.WrongUsage;
        }
        using var interruption = new CancellationSignals();
        using var guard = OutputGuard.Start(IsForced(parsed), WrittenFiles.OfUser());
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            Terminal.Error(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (InputException e)
        {
            Terminal.Error(e.Message);
            return ExitCode.UnusableInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Error($"{e.Message.TrimEnd('.')}. Check the path, its permissions and the disk.");
            return ExitCode.UnusableInput;
        }
        catch (OperationCanceledException)
        {
            Terminal.Error("interrupted; what evaluations, features and training had done is kept, and the same command continues from it");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is OutOfMemoryException or AggregateException { InnerException: OutOfMemoryException })
        {
            Terminal.Error("this needs more memory than there is; what was done is kept, and with DOTNET_PROCESSOR_COUNT=1 the same command continues one recording at a time");
            return ExitCode.UnusableInput;
        }
        catch (Exception e)
        {
            Terminal.Error($"a fault of prosodia, not of yours: {e.GetType().Name}: {e.Message.Split('\n')[0]}");
            return ExitCode.Fault;
        }
    }

    private static bool IsForced(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(o => o.Name == CommonOptions.ForceName) && parsed.GetValue<bool>(CommonOptions.ForceName);
}

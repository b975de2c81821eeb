using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Prosodia.Cli.Hosting;

/// <summary>A command with examples, which its own help shows and the list of commands doesn't.</summary>
internal sealed class Verb(string name, string description, string examples) : Command(name, description)
{
    /// <summary>The help option of all commands.</summary>
    public static HelpOption Help()
    {
        var option = new HelpOption { Recursive = true };
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return option;
    }

    private string Examples { get; } = examples;

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb verb)
            {
                var lines = verb.Examples.ReplaceLineEndings("\n").Split('\n').Select(line => $"  {line}\n");
                parseResult.InvocationConfiguration.Output.WriteLine($"Examples:\n{string.Concat(lines)}");
            }
            return code;
        }
    }
}

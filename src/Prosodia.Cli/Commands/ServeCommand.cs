using System.CommandLine;
using System.Net;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Recognition;
using Prosodia.Server;

namespace Prosodia.Cli.Commands;

/// <summary><c>serve</c>: recognition over HTTP, and a page for people.</summary>
internal sealed class ServeCommand
{
    /// <summary>Most seconds of --stop-within.</summary>
    private const int MaxStop = 120;

    private static readonly ServerOptions Default = new();

    private readonly Option<string?> _model = CommonOptions.EmotionModel();
    private readonly Option<string[]> _profiles = new("--profile")
    {
        Description =
            "A source that requests may name (?adapt=NAME) to have recordings adapted to it, as adapt wrote it; may "
            + "be given several times",
        HelpName = "NAME=FILE",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string> _address = new("--address")
    {
        Description = "Where to listen; beyond this machine (0.0.0.0) only with --keys",
        HelpName = "IP",
        DefaultValueFactory = _ => $"{Default.Address}",
    };
    private readonly Option<int> _port = new Option<int>("--port")
    {
        Description = "The port; 0 takes a free one",
        HelpName = "N",
        DefaultValueFactory = _ => Default.Port,
    }.AtLeast(0);
    private readonly Option<string?> _keys = new("--keys")
    {
        Description =
            $"File of keys, one a line, of {ApiKeys.MinKeyLength} characters or more; who has none is let in to "
            + "health only",
        HelpName = "FILE",
    };
    private readonly Option<string?> _publicUrl = new("--public-url")
    {
        Description = "Where people reach it through a reverse proxy, with its path",
        HelpName = "URL",
    };
    private readonly Option<string?> _keep = new("--keep")
    {
        Description = "Keep recordings and results in this folder (otherwise nothing is kept)",
        HelpName = "DIR",
    };
    private readonly Option<int> _megabytes = Limit(
        "--max-megabytes",
        "Largest upload",
        (int)(Default.MaxUploadBytes >> 20)
    );
    private readonly Option<int> _minutes = Limit(
        "--max-minutes",
        "Longest recording, and longest live stream",
        (int)Default.MaxDuration.TotalMinutes
    );
    private readonly Option<int> _timeout = Limit(
        "--timeout",
        "Seconds that a recording may wait and be worked on",
        (int)Default.Timeout.TotalSeconds
    );
    private readonly Option<int> _queue = Limit(
        "--queue",
        "Recordings that may wait; more are refused (429)",
        Default.QueueCapacity
    );
    private readonly Option<int> _inFlight = Limit("--in-flight", "Requests at once", Default.MaxConcurrentRequests);
    private readonly Option<int> _streams = Limit("--streams", "Live streams at once", Default.MaxStreams);
    private readonly Option<int> _perMinute = Limit(
        "--per-minute",
        "Requests a minute of each client",
        Default.RequestsPerMinute
    );
    private readonly Option<int> _stopWithin = Limit(
        "--stop-within",
        "Seconds to finish what it has when asked to stop",
        (int)Default.ShutdownTimeout.TotalSeconds
    );

    public static Command Create() => new ServeCommand().Build();

    private static Option<int> Limit(string name, string description, int value) =>
        new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        }.AtLeast(1);

    private Command Build()
    {
        var command = new Verb(
            "serve",
            "Serves recognition over HTTP and a page for people: files, the microphone, live streams.",
            """
            prosodia serve
            prosodia serve --address 0.0.0.0 --keys keys.txt --port 8080
            prosodia serve --public-url https://example.org/prosodia/ --keys keys.txt
            curl --data-binary @voice.wav http://127.0.0.1:8080/v1/recognitions
            curl -F file=@voice.mp3 -H 'Accept: text/vtt' http://127.0.0.1:8080/v1/recognitions
            """
        )
        {
            _model,
            _profiles,
            _address,
            _port,
            _keys,
            _publicUrl,
            _keep,
            _megabytes,
            _minutes,
            _timeout,
            _queue,
            _inFlight,
            _streams,
            _perMinute,
            _stopWithin,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = Options(arguments);
        using var model = CommonOptions.Open(arguments.GetValue(_model));
        using var recognizer = new RecognitionEngine(model);
        var server = await StartAsync(recognizer, options, cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Console.WriteLine($"Serving {model.Card.Name} at {server.Url} (Ctrl+C stops)");
            await server.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        return ExitCode.Done;
    }

    /// <summary>Starts the server; an address, port or folder that cannot be had is a matter of its options.</summary>
    private static async Task<RecognitionServer> StartAsync(
        RecognitionEngine recognizer,
        ServerOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await RecognitionServer.StartAsync(recognizer, options, cancellationToken).ConfigureAwait(false);
        }
        catch (InputException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private ServerOptions Options(ParseResult arguments)
    {
        if (!IPAddress.TryParse(arguments.GetValue(_address), out var address))
            throw new UsageException(
                $"--address is an IP address such as 127.0.0.1 or 0.0.0.0, not {arguments.GetValue(_address)}"
            );
        var url =
            arguments.GetValue(_publicUrl) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw new UsageException($"--public-url is an address such as https://example.org/prosodia/, not {text}");
        if (arguments.GetValue(_stopWithin) > MaxStop)
            throw new UsageException($"--stop-within is at most {MaxStop}");
        if (arguments.GetValue(_port) > IPEndPoint.MaxPort)
            throw new UsageException($"--port is at most {IPEndPoint.MaxPort}");
        return new ServerOptions
        {
            Address = address,
            Port = arguments.GetValue(_port),
            Keys = arguments.GetValue(_keys) is { } keys ? ApiKeys.Read(keys) : ApiKeys.None,
            PublicUrl = url,
            Profiles = Profiles(arguments.GetValue(_profiles)!),
            KeepDirectory = arguments.GetValue(_keep),
            MaxUploadBytes = (long)arguments.GetValue(_megabytes) << 20,
            MaxDuration = TimeSpan.FromMinutes(arguments.GetValue(_minutes)),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(_timeout)),
            QueueCapacity = arguments.GetValue(_queue),
            MaxConcurrentRequests = arguments.GetValue(_inFlight),
            MaxStreams = arguments.GetValue(_streams),
            RequestsPerMinute = arguments.GetValue(_perMinute),
            ShutdownTimeout = TimeSpan.FromSeconds(arguments.GetValue(_stopWithin)),
        };
    }

    private static Dictionary<string, string> Profiles(IEnumerable<string> given)
    {
        var files = new Dictionary<string, string>();
        foreach (var text in given)
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file])
                throw new UsageException($"--profile is a name and a file, such as headset=headset.json, not {text}");
            else if (!files.TryAdd(name, file))
                throw new UsageException($"--profile {name} is given twice");
        return files;
    }
}

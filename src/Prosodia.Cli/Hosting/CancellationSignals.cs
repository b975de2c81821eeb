using System.Runtime.InteropServices;

namespace Prosodia.Cli.Hosting;

/// <summary>
/// Ends work when its user or the system asks for it: the first time between batches, the second time at once, which
/// breaks nothing since files appear complete or not at all. System.CommandLine's own way fails when it is asked twice.
/// </summary>
internal sealed class CancellationSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private bool _asked;

    public CancellationSignals() =>
        _registrations = [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal =>
                PosixSignalRegistration.Create(signal, Ask)
            ),
        ];

    /// <summary>Canceled when work is to end.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = !_asked;
        if (_asked)
            return;
        _asked = true;
        if (!Console.IsErrorRedirected)
            Terminal.Hint("stopping; once more stops at once");
        _source.Cancel();
    }
}

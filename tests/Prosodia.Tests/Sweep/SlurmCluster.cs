using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Xunit;

namespace Prosodia.Tests.Sweep;

/// <summary>A Slurm of one node for a test: its own key, ports and folders, started and stopped with it.</summary>
internal sealed class SlurmCluster : IDisposable
{
    public const string Node = "node";

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _daemons = [];

    private SlurmCluster() { }

    /// <summary>The file that says where this cluster is.</summary>
    public string Configuration => _folder["slurm.conf"];

    /// <summary>Starts one; skips the test where Slurm isn't installed, or doesn't start.</summary>
    public static async Task<SlurmCluster> StartAsync()
    {
        Assert.SkipUnless(
            File.Exists("/usr/sbin/slurmctld") && File.Exists("/usr/sbin/munged"),
            "no Slurm on this system (Debian: slurm-wlm, munge)"
        );
        Assert.SkipUnless(Environment.UserName == "root", "only root can start Slurm");
        var cluster = new SlurmCluster();
        try
        {
            await cluster.StartDaemonsAsync();
            return cluster;
        }
        catch (TimeoutException e)
        {
            cluster.Dispose();
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>Runs one of Slurm's commands; gives what it printed.</summary>
    public string Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{command}: {errors}");
    }

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }
        _folder.Dispose();
    }

    private async Task StartDaemonsAsync()
    {
        File.WriteAllBytes(_folder["munge.key"], RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var folder in new[] { "state", "spool" })
            Directory.CreateDirectory(_folder[folder]);
        File.WriteAllText(
            Configuration,
            $"""
            ClusterName=prosodia
            SlurmctldHost={Environment.MachineName}(127.0.0.1)
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            AuthType=auth/munge
            AuthInfo=socket={_folder["munge.socket"]}
            CredType=cred/munge
            SlurmUser=root
            SlurmdUser=root
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            MpiDefault=none
            ReturnToService=2
            JobRequeue=1
            KillWait=2
            SchedulerParameters=requeue_setup_env_fail,sched_interval=1
            NodeName={Node} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
            PartitionName=main Nodes={Node} Default=YES MaxTime=INFINITE State=UP

            """
        );
        Daemon(
            "/usr/sbin/munged",
            "--foreground",
            "--force",
            "--num-threads=2",
            $"--socket={_folder["munge.socket"]}",
            $"--key-file={_folder["munge.key"]}",
            $"--pid-file={_folder["munged.pid"]}",
            $"--log-file={_folder["munged.log"]}",
            $"--seed-file={_folder["munged.seed"]}"
        );
        await UntilAsync(() => File.Exists(_folder["munge.socket"]), "munged");
        Daemon("/usr/sbin/slurmctld", "-D", "-f", Configuration);
        Daemon("/usr/sbin/slurmd", "-D", "-N", Node, "-f", Configuration);
        await UntilAsync(
            () => Attempt(() => Run("sinfo", "--noheader", "--format=%T")).StartsWith("idle", StringComparison.Ordinal),
            "Slurm"
        );
    }

    private void Daemon(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLURM_CONF"] = Configuration;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);
    }

    private static async Task UntilAsync(Func<bool> ready, string what)
    {
        for (var i = 0; !ready(); i++)
        {
            if (i > 600)
                throw new TimeoutException($"{what} doesn't start on this system");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static string Attempt(Func<string> run)
    {
        try
        {
            return run();
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Prosodia.Onnx;

/// <summary>
/// The one place where ONNX Runtime is started, and without its telemetry: from version 1.31 on, it would otherwise
/// give the machine an identifier, queue events in a file and look up a host of its maker's.
/// </summary>
internal static partial class OnnxSession
{
    private const string DisableTelemetry = "ORT_DISABLE_TELEMETRY";

    static OnnxSession()
    {
        // for programs that this one starts, and all there is to do on Windows
        Environment.SetEnvironmentVariable(DisableTelemetry, "1");
        if (!OperatingSystem.IsWindows())
            _ = SetEnvironment(DisableTelemetry, "1", overwrite: 1); // .NET keeps its variables from native code
    }

    /// <summary>Opens a model's file; with one thread, it runs on the one that asks.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    public static InferenceSession Open(string file, int threads = 1)
    {
        using var options = Options(threads);
        return new InferenceSession(file, options);
    }

    /// <summary>Opens a model's file of inputs of any length on a device, to run on the thread that asks.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    /// <exception cref="InputException">There is no such device.</exception>
    public static InferenceSession Open(string file, ComputeDevice device)
    {
        using var options = Options(threads: 1);
        options.EnableMemoryPattern = false; // which is of use where inputs have one shape, and takes memory
        try
        {
            if (device == ComputeDevice.Cuda)
                options.AppendExecutionProvider_CUDA();
            else if (device == ComputeDevice.DirectMl)
                options.AppendExecutionProvider_DML();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or OnnxRuntimeException)
        {
            var package = device == ComputeDevice.Cuda ? "Gpu" : "DirectML";
            throw new InputException(
                $"device {device.ToString().ToLowerInvariant()}",
                "is not in this build of ONNX Runtime, or there is none",
                $"Reference Microsoft.ML.OnnxRuntime.{package} in a program of your own, or use the processor"
            );
        }
        return new InferenceSession(file, options);
    }

    /// <summary>Opens a model from memory, to run on the thread that asks.</summary>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    /// <param name="onnx">Its bytes.</param>
    /// <param name="anyShape">Whether inputs are of any length.</param>
    public static InferenceSession Open(byte[] onnx, bool anyShape = false)
    {
        using var options = Options(threads: 1);
        options.EnableMemoryPattern = !anyShape;
        return new InferenceSession(onnx, options);
    }

    private static SessionOptions Options(int threads)
    {
        OrtEnv.Instance().DisableTelemetryEvents(); // where the program that embeds this one started it before
        return new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}

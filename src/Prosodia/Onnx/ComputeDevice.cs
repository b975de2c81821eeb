namespace Prosodia.Onnx;

/// <summary>Where networks run.</summary>
internal enum ComputeDevice
{
    /// <summary>On the processor.</summary>
    Cpu,

    /// <summary>On an NVIDIA GPU, where the program has the package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>On a GPU of Windows, where the program has the package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectMl,
}

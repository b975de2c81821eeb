using System.Diagnostics;
using System.Runtime.InteropServices;
using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Encoders.Weights;

/// <summary>
/// Checkpoints that PyTorch itself wrote, with what PyTorch computes on real spectrograms; made once for all tests.
/// </summary>
public sealed class TorchCheckpoints : IDisposable
{
    private const int Segments = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly string? _missing;

    public TorchCheckpoints()
    {
        Spectrograms = MakeSpectrograms();
        File.WriteAllBytes(_folder["spectrograms.f32"], MemoryMarshal.AsBytes(Spectrograms.AsSpan()).ToArray());
        var script = Path.Combine(TestData.Repository, "tests/Prosodia.Tests/Encoders/Weights/make_checkpoints.py");
        var start = new ProcessStartInfo(TestData.Python, [script, _folder["spectrograms.f32"], _folder.Path])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var python = Process.Start(start)!;
            var output = python.StandardOutput.ReadToEndAsync();
            var errors = python.StandardError.ReadToEnd();
            python.WaitForExit();
            if (python.ExitCode == 0)
                Outputs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_folder["expected.f32"])).ToArray();
            else if (errors.Contains("ModuleNotFoundError", StringComparison.Ordinal))
                _missing = errors.Trim().Split('\n')[^1];
            else
                throw new InvalidOperationException(errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _missing = e.Message;
        }
    }

    /// <summary>Log spectrograms, (4, 257, 63).</summary>
    public float[] Spectrograms { get; }

    /// <summary>PyTorch's outputs, (4, 1000).</summary>
    public float[] Outputs { get; } = [];

    /// <summary>A file; skips the test where PyTorch isn't installed.</summary>
    public string this[string name]
    {
        get
        {
            Assert.SkipWhen(_missing is not null, $"no PyTorch: {_missing}");
            return _folder[name];
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Of real speech where there is some.</summary>
    private static float[] MakeSpectrograms()
    {
        var real = Path.Combine(TestData.CorporaFolder, "emodb4", "wav");
        var samples = Directory.Exists(real)
            ? Prosodia
                .Audio.AudioFile.Read(Directory.EnumerateFiles(real).Order(StringComparer.Ordinal).First())
                .Samples
            : SyntheticCorpus.Speak(seed: 1).First();
        var speech = new SegmentedSpeech(samples);
        var values = new float[Segments * SegmentSpectrogram.Size];
        for (var i = 0; i < Segments; i++)
            new LogSpectrogramInput().Write(
                speech,
                i,
                values.AsSpan(i * SegmentSpectrogram.Size, SegmentSpectrogram.Size)
            );
        return values;
    }
}

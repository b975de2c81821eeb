using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Prosodia.Audio;
using Prosodia.Onnx;

namespace Prosodia.Encoders;

/// <summary>
/// A network that a user brings, such as wav2vec 2.0, HuBERT, WavLM, emotion2vec or Whisper's encoder: from a whole
/// utterance to the mean and the deviation of what each of its layers gives. A call computes on the thread that makes
/// it; what an utterance gives never depends on others. Thread-safe.
/// </summary>
internal sealed class UtteranceEncoder : IDisposable
{
    private const int Version = 1; // of what features are made of inputs and outputs

    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount); // more at once only take memory
    private readonly InferenceSession _session;
    private readonly EncoderInputs _inputs;
    private readonly EncoderOutputs _outputs;

    private UtteranceEncoder(
        string name,
        string sha256,
        (PreprocessorConfig Config, string Text) preprocessor,
        Func<InferenceSession> open
    )
    {
        (Name, Sha256, PreprocessorText) = (name, sha256, preprocessor.Text);
        try
        {
            _session = open();
        }
        catch (OnnxRuntimeException e)
        {
            throw Unusable("is no network that can be run", e);
        }
        try
        {
            _inputs = EncoderInputs.Understand(name, _session, preprocessor.Config);
            _outputs = EncoderOutputs.Understand(name, _session);
            var probe = Statistics(Probe());
            (Layers, Width) = (probe.Layers, probe.Features);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Opens a network's file, with the preprocessor configuration beside it.</summary>
    /// <param name="file">An ONNX file.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InputException">It cannot be run, or takes or gives something else.</exception>
    public static UtteranceEncoder Open(string file, ComputeDevice device = ComputeDevice.Cpu)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        OutputGuard.Reads(file);
        var preprocessor = PreprocessorConfig.Beside(file);
        return new UtteranceEncoder(
            file,
            ExternalWeights.Sha256Of(file),
            preprocessor,
            () => OnnxSession.Open(file, device)
        );
    }

    /// <summary>Opens a network from memory.</summary>
    /// <param name="onnx">The bytes of its ONNX file.</param>
    /// <param name="config">The text of its preprocessor configuration; empty for none.</param>
    /// <param name="name">What errors call it.</param>
    public static UtteranceEncoder Open(byte[] onnx, string config, string name) =>
        new(
            name,
            Sha256Hash.Of(onnx),
            (PreprocessorConfig.Parse(config, name), config),
            () => OnnxSession.Open(onnx, anyShape: true)
        );

    /// <summary>Its file, or what errors call it.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of its file, or of the sums of all where its weights lie in others.</summary>
    public string Sha256 { get; }

    /// <summary>The text of its preprocessor configuration; empty for none.</summary>
    public string PreprocessorText { get; }

    /// <summary>Layers that it gives.</summary>
    public int Layers { get; }

    /// <summary>Numbers that a layer gives for each frame.</summary>
    public int Width { get; }

    /// <summary>Whether it gives one vector for an utterance.</summary>
    public bool IsVector => _outputs.Rank == 2;

    /// <summary>Features of an utterance by each layer: means, then deviations; or a vector.</summary>
    public int FeaturesPerLayer => IsVector ? Width : 2 * Width;

    /// <summary>What was understood of it, for people.</summary>
    public string Description =>
        $"{_inputs.Sound.Description}, into '{_inputs.Name}'"
        + (_inputs.Mask is { } mask ? $" with '{mask.Name}'" : "")
        + (_inputs.Lengths is { } lengths ? $" with '{lengths.Name}'" : "")
        + $"; out of '{_outputs.Names[0]}'"
        + (_outputs.Names.Count > 1 ? $" to '{_outputs.Names[^1]}'" : "")
        + (
            IsVector
                ? $": a vector of {Width}"
                : $": {Layers} layer{(Layers == 1 ? "" : "s")} of {Width}, mean and deviation over time"
        );

    /// <summary>Everything that features depend on beside the sound and the device.</summary>
    public string Identity => $"encoder {Sha256}, {Description}, in {_inputs.Sound.MaxSamples} samples, {Version}";

    /// <summary>Seconds that are encoded at once; longer utterances are encoded in stretches.</summary>
    public double MaxSeconds => (double)_inputs.Sound.MaxSamples / Recording.SampleRate;

    /// <summary>Encodes an utterance; a long one in stretches of equal length.</summary>
    /// <param name="samples">At 16 kHz.</param>
    /// <returns>(layers, <see cref="FeaturesPerLayer"/>), row-major.</returns>
    /// <exception cref="InputException">The network failed or gave what is no number.</exception>
    public float[] Encode(ReadOnlySpan<float> samples)
    {
        var features = Statistics(samples.IsEmpty ? [0f] : samples).ToArray();
        return features.All(float.IsFinite)
            ? features
            : throw new InputException(
                Name,
                "gives features that are no numbers",
                "Check the network on other software; it may be damaged"
            );
    }

    /// <summary>What a layer gives over time, stretch after stretch.</summary>
    /// <param name="samples">At 16 kHz.</param>
    /// <param name="layer">From 0.</param>
    /// <returns>(frames, <see cref="Width"/>), row-major.</returns>
    /// <exception cref="InputException">The network failed.</exception>
    public float[] Frames(ReadOnlySpan<float> samples, int layer)
    {
        var frames = new List<float>();
        ForEachStretch(
            _session,
            _outputs.Names,
            samples.IsEmpty ? [0f] : samples,
            (values, item, _) => frames.AddRange(_outputs.FramesOf(values, layer, item))
        );
        return [.. frames];
    }

    /// <summary>Runs another graph of the same inputs on a recording.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="samples">At 16 kHz.</param>
    /// <param name="names">Outputs of it.</param>
    /// <returns>The shape of each output, for each stretch.</returns>
    public IReadOnlyList<IReadOnlyDictionary<string, long[]>> ShapesOf(
        InferenceSession session,
        ReadOnlySpan<float> samples,
        IReadOnlyList<string> names
    )
    {
        var stretches = new List<IReadOnlyDictionary<string, long[]>>();
        ForEachStretch(
            session,
            names,
            samples,
            (values, _, _) =>
                stretches.Add(
                    names
                        .Zip(values, (name, value) => (name, value.GetTensorTypeAndShape().Shape))
                        .ToDictionary(n => n.name, n => n.Shape)
                )
        );
        return stretches;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _free.Dispose();
    }

    private LayerStatistics Statistics(ReadOnlySpan<float> samples)
    {
        var statistics = new LayerStatistics(_outputs);
        ForEachStretch(_session, _outputs.Names, samples, statistics.Add);
        return statistics;
    }

    /// <summary>Runs the network on stretches of equal length, each short enough.</summary>
    private void ForEachStretch(
        InferenceSession session,
        IReadOnlyList<string> outputs,
        ReadOnlySpan<float> samples,
        Action<OrtValue[], EncoderItem, double> read
    )
    {
        var parts = (samples.Length + _inputs.Sound.MaxSamples - 1) / _inputs.Sound.MaxSamples;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = (
                (int)((long)samples.Length * part / parts),
                (int)((long)samples.Length * (part + 1) / parts)
            );
            var item = _inputs.Sound.Write(samples[from..to]);
            using var results = Run(session, item, outputs);
            read([.. results], item, (double)(to - from) / Recording.SampleRate);
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session,
        EncoderItem item,
        IReadOnlyList<string> outputs
    )
    {
        var inputs = new Dictionary<string, OrtValue>
        {
            [_inputs.Name] = OrtValue.CreateTensorValueFromMemory(item.Values, item.Shape),
        };
        var present = item.PresentOf(item.Length);
        if (_inputs.Mask is { } mask)
            inputs[mask.Name] = Integers(
                mask.Type,
                [.. Enumerable.Range(0, item.Length).Select(i => i < present ? 1L : 0)],
                [1, item.Length]
            );
        if (_inputs.Lengths is { } lengths)
            inputs[lengths.Name] = Integers(lengths.Type, [present], [1]);
        _free.Wait();
        try
        {
            using var options = new RunOptions();
            return session.Run(options, inputs, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw Unusable($"fails on [{string.Join(", ", item.Shape)}]", e);
        }
        finally
        {
            _free.Release();
            foreach (var input in inputs.Values)
                input.Dispose();
        }
    }

    private OrtValue Integers(TensorElementType type, long[] values, long[] shape) =>
        type switch
        {
            TensorElementType.Int64 => OrtValue.CreateTensorValueFromMemory(values, shape),
            TensorElementType.Int32 => OrtValue.CreateTensorValueFromMemory(
                values.Select(v => (int)v).ToArray(),
                shape
            ),
            TensorElementType.Bool => OrtValue.CreateTensorValueFromMemory(values.Select(v => v != 0).ToArray(), shape),
            _ => throw new InputException(Name, $"takes a mask or lengths of {type}", "Export it with 64-bit integers"),
        };

    private InputException Unusable(string found, OnnxRuntimeException error) =>
        new(
            Name,
            $"{found} ({error.Message.Split('\n')[0].TrimEnd('.')})",
            "Check the file, or export the network again with operators of ONNX's own set (docs/encoders.md)"
        );

    /// <summary>A second of a tone that rises.</summary>
    private static float[] Probe() =>
        [.. Enumerable.Range(0, Recording.SampleRate).Select(t => 0.1f * MathF.Sin(t * (0.05f + t * 1e-6f)))];
}

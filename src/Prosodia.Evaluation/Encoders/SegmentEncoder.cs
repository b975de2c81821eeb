using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;
using Prosodia.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// Runs an ONNX model from segments of 500 ms to feature vectors. A call computes on the thread that makes it, so
/// whoever has several cores calls from several threads: nothing waits, and a feature never depends on what else is
/// computed. Thread-safe.
/// </summary>
internal sealed class SegmentEncoder : IDisposable
{
    /// <summary>Segments a run: more gain nothing and take more memory.</summary>
    internal const int Batch = 8;

    private readonly InferenceSession _session;
    private readonly ModelInputs _inputs;
    private readonly string _file,
        _output;

    // of a sequence or an image, from which on outputs are averaged; 0 where the output is a vector
    private readonly int _timeAxis;

    /// <summary>Loads a model and runs it once, so that what it cannot do is known before work begins.</summary>
    /// <param name="file">An ONNX file.</param>
    /// <param name="threads">Cores that one call uses: more than one for a lone stream of segments, where no other
    /// thread calls.</param>
    /// <param name="pooled">False leaves outputs with their axes of time or position.</param>
    /// <exception cref="InputException">The file is no model, or takes or gives what is no sound or no
    /// features.</exception>
    public SegmentEncoder(string file, int threads = 1, bool pooled = true)
    {
        _file = file;
        OutputGuard.Reads(file);
        Sha256 = ExternalData.Sha256Of(file);
        try
        {
            _session = OnnxSession.Open(file, threads);
        }
        catch (OnnxRuntimeException e)
        {
            throw Unusable("is no model that can be run", e);
        }
        try
        {
            _inputs = ModelInputs.Understand(file, _session);
            _output = _session.OutputNames[0];
            int[] declared = _session.OutputMetadata[_output].Dimensions;
            _timeAxis = declared.Length switch
            {
                _ when !pooled => 0,
                2 => 0,
                3 => declared[2] < 0 && declared[1] > 0 ? 2 : 1,
                4 => 2,
                _ => throw new InputException(
                    file,
                    $"gives '{_output}' of {declared.Length} axes",
                    "Expected a vector [N, features] or a sequence [N, frames, features] for each segment"
                ),
            };
            Features = Encode(new SegmentedSpeech(Probe()), [0]).Length;
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Numbers that a segment becomes.</summary>
    public int Features { get; }

    /// <summary>Sizes of the model's output for a segment, before its mean is taken.</summary>
    public IReadOnlyList<long> OutputShape { get; private set; } = [];

    /// <summary>
    /// SHA-256 of the file and of those that hold weights of it, which names the features that it gives.
    /// </summary>
    public string Sha256 { get; }

    /// <summary>What a segment is turned into before it is encoded.</summary>
    public ISegmentInput Input => _inputs.Sound;

    /// <summary>The model's file.</summary>
    public string File => _file;

    /// <summary>What was understood of the model, for people.</summary>
    public string Description =>
        $"{Input.Description}, into '{_inputs.Name}'; {Features} features out of '{_output}'"
        + (
            _timeAxis == 0 ? ""
            : _timeAxis == 1 ? ", the mean over frames"
            : ", the mean over positions"
        )
        + (_inputs.Mask is { } mask ? $"; '{mask}' is all ones" : "");

    /// <summary>Encodes segments of an utterance.</summary>
    /// <returns>(segments, features), row-major.</returns>
    /// <exception cref="InputException">The model failed or gave what is no number.</exception>
    public float[] Encode(SegmentedSpeech speech, IReadOnlyList<int> segments)
    {
        return EncodeItems(Write(speech, segments), segments.Count);
    }

    /// <summary>
    /// Segments as the model takes them: the first half of <see cref="Encode"/>, (segments,
    /// <see cref="ISegmentInput.Shape"/>).
    /// </summary>
    public float[] Write(SegmentedSpeech speech, IReadOnlyList<int> segments)
    {
        ArgumentNullException.ThrowIfNull(speech);
        ArgumentNullException.ThrowIfNull(segments);
        var size = (int)Input.Shape.Aggregate(1L, (a, b) => a * b);
        var items = new float[segments.Count * size];
        for (var i = 0; i < segments.Count; i++)
            Input.Write(speech, segments[i], items.AsSpan(i * size, size));
        return items;
    }

    /// <summary>Encodes what <see cref="Write"/> gave: the second half of <see cref="Encode"/>.</summary>
    /// <returns>(segments, features), row-major.</returns>
    /// <exception cref="InputException">The model failed or gave what is no number.</exception>
    public float[] EncodeItems(float[] items, int count)
    {
        ArgumentNullException.ThrowIfNull(items);
        var size = items.Length / count;
        var features = new List<float>(count * Features);
        for (var first = 0; first < count; first += _inputs.MaxBatch)
        {
            var n = Math.Min(_inputs.MaxBatch, count - first);
            features.AddRange(Run(items.AsMemory(first * size, n * size), n));
        }
        if (features.Any(f => !float.IsFinite(f)))
            throw new InputException(
                _file,
                "gives features that are no numbers",
                "Check the model on other software; it may be damaged"
            );
        return [.. features];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private float[] Run(Memory<float> items, int count)
    {
        using var sound = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            items,
            [count, .. Input.Shape]
        );
        using var mask = _inputs.Mask is null ? null : Ones(count);
        using var options = new RunOptions();
        var inputs = new Dictionary<string, OrtValue> { [_inputs.Name] = sound };
        if (mask is not null)
            inputs[_inputs.Mask!] = mask;
        try
        {
            using var outputs = _session.Run(options, inputs, [_output]);
            return Pool(outputs[0]);
        }
        catch (OnnxRuntimeException e)
        {
            throw Unusable($"fails on [{OnnxTensor.Shape(Input.Shape.Prepend(count))}]", e);
        }
    }

    private OrtValue Ones(int count)
    {
        var ones = new long[count * Input.Shape[^1]];
        Array.Fill(ones, 1);
        return OrtValue.CreateTensorValueFromMemory(ones, [count, Input.Shape[^1]]);
    }

    private float[] Pool(OrtValue output)
    {
        var values = output.GetTensorDataAsSpan<float>();
        var shape = output.GetTensorTypeAndShape().Shape;
        if (OutputShape.Count == 0)
            OutputShape = shape[1..];
        if (_timeAxis == 0)
            return values.ToArray();
        var (rows, positions) =
            _timeAxis == 1
                ? ((int)shape[0], (int)shape[1])
                : ((int)(shape[0] * shape[1]), (int)shape[2..].Aggregate(1L, (a, b) => a * b));
        var features = new float[_timeAxis == 1 ? rows * shape[2] : rows];
        if (_timeAxis == 1)
            for (var i = 0; i < rows * positions; i++)
            {
                var sum = features.AsSpan((int)(i / positions * shape[2]), (int)shape[2]);
                TensorPrimitives.MultiplyAdd(
                    values.Slice((int)(i * shape[2]), (int)shape[2]),
                    1f / positions,
                    sum,
                    sum
                );
            }
        else
            for (var i = 0; i < rows; i++)
                features[i] = TensorPrimitives.Sum(values.Slice(i * positions, positions)) / positions;
        return features;
    }

    private InputException Unusable(string found, OnnxRuntimeException error) =>
        new(
            _file,
            $"{found} ({error.Message.Split('\n')[0].TrimEnd('.')})",
            "Check the file, or export the network again with operators of ONNX's own set"
        );

    /// <summary>A tone that rises, as long as a segment.</summary>
    private static float[] Probe() =>
        [.. Enumerable.Range(0, SegmentedSpeech.Length).Select(t => 0.1f * MathF.Sin(t * (0.05f + t * 1e-5f)))];
}

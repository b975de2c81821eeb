using Prosodia.Training.Data;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// The paper's network, trained together: the last stages of a pretrained encoder, features standardized as those of
/// the pretrained network were over the training recordings, and the classifier over the utterance.
/// </summary>
internal sealed class FineTunedNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const long MaxBytes = 512L << 20; // of what stages compute, held at once

    private readonly TrainableStages stages;
    private readonly nn.Module<Tensor, Tensor, Tensor> head;
    private readonly FineTuning _fineTuning;
    private Standardizer? _standardizer;
    private (Tensor Maps, Tensor Features)? _left; // of a batch, for the second part of its backward pass
    private long? _atOnce;

    /// <summary>Makes the network.</summary>
    /// <param name="stages">The encoder's stages.</param>
    /// <param name="head">The classifier of their features.</param>
    /// <param name="fineTuning">How fast stages learn.</param>
    public FineTunedNetwork(TrainableStages stages, nn.Module<Tensor, Tensor, Tensor> head, FineTuning fineTuning)
        : base(nameof(FineTunedNetwork))
    {
        (this.stages, this.head, _fineTuning) = (stages, head, fineTuning);
        RegisterComponents();
    }

    /// <summary>Weights that learn, each with its learning rate as a share of the classifier's.</summary>
    public IEnumerable<(Tensor Parameter, double Rate)> Rates =>
        [
            .. stages.named_parameters().Select(p => ((Tensor)p.parameter, _fineTuning.RateOf(stages.StageOf(p.name)))),
            .. head.parameters().Select(p => ((Tensor)p, 1.0)),
        ];

    /// <summary>Maps that pass through the stages at once, so that memory is bounded.</summary>
    public long AtOnce
    {
        get => _atOnce ?? long.MaxValue;
        init => _atOnce = value;
    }

    /// <summary>Measures the features of the pretrained network, which stay standardized by that.</summary>
    /// <param name="set">Feature maps of all utterances.</param>
    /// <param name="train">Those to train on.</param>
    public void Standardize(SequenceSet set, int[] train)
    {
        ArgumentNullException.ThrowIfNull(set);
        eval();
        float[][] features =
        [
            .. train.Select(u =>
            {
                using var untracked = no_grad();
                using var scope = NewDisposeScope();
                var maps = set.Batch([set.Sequences[u]]).Items;
                Bound(maps);
                return Features(maps).data<float>().ToArray();
            }),
        ];
        var size = features[0].Length / (set.Sequences[train[0]].Length / set.ItemSize);
        var measured = new SequenceSet(InputKind.KeyFeatures, features, [size]);
        _standardizer = Standardizer.Fit(measured, [.. Enumerable.Range(0, train.Length)]);
    }

    /// <summary>Scores, (B, outputs).</summary>
    /// <param name="maps">Feature maps of all utterances on one axis, (N, channels, height, width).</param>
    /// <param name="lengths">How many key segments each utterance has, (B).</param>
    public override Tensor forward(Tensor maps, Tensor lengths)
    {
        Bound(maps);
        Tensor features;
        if (training && maps.shape[0] <= AtOnce)
        {
            features = stages.forward(maps);
        }
        else
        {
            using (no_grad())
            {
                stages.Remembers = false; // the second pass does
                features = Features(maps);
                stages.Remembers = true;
            }
            if (training)
            {
                features.requires_grad_();
                _left = (maps, features);
            }
        }
        return head.call(_standardizer?.Standardize(features) ?? features, lengths);
    }

    /// <summary>
    /// Takes the backward pass through the stages where the first part of it ended at their features: some maps at a
    /// time are encoded once more, and their gradients add up.
    /// </summary>
    public void CompleteBackward()
    {
        if (_left is not { } left)
            return;
        _left = null;
        using var gradients = left.Features.grad!;
        for (var first = 0L; first < left.Maps.shape[0]; first += AtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(AtOnce, left.Maps.shape[0] - first);
            stages.forward(left.Maps.narrow(0, first, count)).mul(gradients.narrow(0, first, count)).sum().backward();
        }
    }

    private void Bound(Tensor maps) => _atOnce ??= Math.Max(1, MaxBytes / stages.BytesOf(maps[..1]));

    private Tensor Features(Tensor maps)
    {
        var parts = new List<Tensor>();
        for (var first = 0L; first < maps.shape[0]; first += AtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(AtOnce, maps.shape[0] - first);
            parts.Add(stages.forward(maps.narrow(0, first, count)).MoveToOuterDisposeScope());
        }
        return parts is [var only] ? only : cat(parts);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _standardizer?.Dispose();
        base.Dispose(disposing);
    }
}

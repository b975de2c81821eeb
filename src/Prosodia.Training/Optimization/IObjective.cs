using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>What a network is trained to: its loss, and what its scores mean.</summary>
internal interface IObjective
{
    /// <summary>Scores that the network gives for an utterance.</summary>
    int Outputs { get; }

    /// <summary>Measures what it needs to know of the training utterances.</summary>
    void Fit(int[] train);

    /// <summary>The loss of a batch: what gradients come from, and what is reported.</summary>
    /// <param name="scores">(B, outputs).</param>
    /// <param name="batch">The utterances.</param>
    /// <param name="random">Draws, where something is drawn.</param>
    (Tensor Gradient, Tensor Reported) Loss(Tensor scores, int[] batch, Random random);

    /// <summary>The loss of validation utterances, by which the epoch is chosen.</summary>
    /// <param name="scores">(utterances, outputs).</param>
    /// <param name="utterances">The utterances.</param>
    Tensor ValidationLoss(Tensor scores, int[] utterances);

    /// <summary>What is predicted, (utterances, outputs).</summary>
    /// <param name="scores">At each speed, (speeds, utterances, outputs).</param>
    double[][] Predict(Tensor scores);
}

using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>A classifier in closed form, at several strengths of its regularization at once.</summary>
internal interface IClosedForm
{
    /// <summary>What results call it.</summary>
    string Name { get; }

    /// <summary>The strengths.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Trains at every strength, and scores examples.</summary>
    /// <param name="products">Of standardized features, divided by how many there are.</param>
    /// <param name="labels">The classes of the training examples.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>For each setting scores, (m, classes), the higher the likelier.</returns>
    IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes);
}

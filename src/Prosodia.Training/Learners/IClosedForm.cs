using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>A method in closed form, at several strengths of its regularization at once.</summary>
internal interface IClosedForm
{
    /// <summary>What results call it.</summary>
    string Name { get; }

    /// <summary>The strengths.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Trains at every strength, and scores examples.</summary>
    /// <param name="products">Of standardized features, divided by how many there are.</param>
    /// <param name="targets">Of the training examples, (n, outputs): what each counts for each class, or
    /// numbers.</param>
    /// <returns>For each setting scores, (m, outputs): the higher the likelier a class, or numbers.</returns>
    IReadOnlyList<Tensor> Scores(InnerProducts products, Tensor targets);
}

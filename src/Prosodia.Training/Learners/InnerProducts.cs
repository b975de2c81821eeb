using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>Inner products of examples, all that a classifier in closed form needs to know of their features.</summary>
/// <param name="Known">Of the training examples with each other, (n, n).</param>
/// <param name="Asked">Of the examples to score with the training examples, (m, n).</param>
/// <param name="AskedSquares">Of each example to score with itself, (m).</param>
internal sealed record InnerProducts(Tensor Known, Tensor Asked, Tensor AskedSquares);

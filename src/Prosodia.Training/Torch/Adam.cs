using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Torch;

/// <summary>
/// The Adam optimizer with L2 weight decay. Source: Kingma and Ba, ICLR 2015, algorithm 1. TorchSharp's own makes
/// numbers for libtorch that the garbage collector may free while libtorch reads them; here all of them are held.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9,
        Beta2 = 0.999,
        Epsilon = 1e-8;

    private readonly (Tensor Parameter, double Rate, Tensor Mean, Tensor Square)[] _states;
    private readonly Scalar _weightDecay;
    private readonly Scalar _beta1 = Beta1,
        _rest1 = 1 - Beta1,
        _beta2 = Beta2,
        _rest2 = 1 - Beta2,
        _one = 1.0;
    private readonly Tensor _epsilon = tensor(Epsilon, float32).DetachFromDisposeScope();

    /// <summary>Prepares the optimizer.</summary>
    /// <param name="parameters">What it moves, each with its learning rate as a share of that of a step.</param>
    /// <param name="weightDecay">Share of a parameter that is added to its gradient.</param>
    public Adam(IEnumerable<(Tensor Parameter, double Rate)> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _states =
        [
            .. parameters.Select(p =>
                (
                    p.Parameter,
                    p.Rate,
                    zeros_like(p.Parameter).DetachFromDisposeScope(),
                    zeros_like(p.Parameter).DetachFromDisposeScope()
                )
            ),
        ];
    }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; set; }

    /// <summary>What it remembers of gradients.</summary>
    public IEnumerable<Tensor> State => _states.SelectMany(s => new[] { s.Mean, s.Square });

    /// <summary>Moves the parameters by their gradients, which are used up.</summary>
    public void Step(double learningRate)
    {
        Steps++;
        using Scalar correction2 = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var untracked = no_grad();
        foreach (var (parameter, rate, mean, square) in _states)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
                continue;
            using Scalar step = -learningRate * rate / (1 - Math.Pow(Beta1, Steps));
            gradient.add_(parameter, _weightDecay);
            mean.mul_(_beta1).add_(gradient, _rest1);
            square.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
            parameter.addcdiv_(mean, square.sqrt().div_(correction2).add_(_epsilon, _one), step);
            gradient.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
        _epsilon.Dispose();
        foreach (var number in new[] { _weightDecay, _beta1, _rest1, _beta2, _rest2, _one })
            number.Dispose();
    }
}

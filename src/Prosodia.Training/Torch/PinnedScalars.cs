using TorchSharp;

namespace Prosodia.Training.Torch;

/// <summary>
/// Numbers that libtorch reads, held for as long as the program runs. TorchSharp's own +, -, <c>square</c>,
/// <c>arange</c> and <c>BatchNorm</c> make such numbers on the way, and the garbage collector may free them while
/// libtorch reads them; so sums name theirs.
/// </summary>
internal static class PinnedScalars
{
    public static readonly Scalar Zero = 0.0,
        One = 1.0,
        MinusOne = -1.0,
        MinusTwo = -2.0,
        Half = 0.5;
}

using System.Diagnostics;
using Prosodia.Evaluation.Encoders;

namespace Prosodia.Training.Cli.Bench;

/// <summary>The machine's limit: how fast it multiplies matrices of 32-bit floats on all cores.</summary>
internal static class MatrixProduct
{
    // Shapes of ResNet's own convolutions as matrix products (positions, inputs, outputs), and a large square one.
    private static readonly (int Rows, int Inner, int Columns)[] Shapes =
    [
        (1040, 256, 64),
        (520, 1152, 128),
        (1088, 1024, 256),
        (2048, 2048, 2048),
    ];

    private const double Seconds = 0.25; // a shape

    /// <summary>Multiplications and additions a second, in units of 10^9, of the fastest shape.</summary>
    public static double GigaflopsPerSecond() =>
        Shapes.Max(shape =>
        {
            using var product = new MatrixProductKernel(shape.Rows, shape.Inner, shape.Columns);
            product.Run();
            var runs = 0;
            var watch = Stopwatch.StartNew();
            Parallel.For(
                0,
                Environment.ProcessorCount,
                _ =>
                {
                    for (; watch.Elapsed.TotalSeconds < Seconds; Interlocked.Increment(ref runs))
                        product.Run();
                }
            );
            return 2e-9 * shape.Rows * shape.Inner * shape.Columns * runs / watch.Elapsed.TotalSeconds;
        });
}

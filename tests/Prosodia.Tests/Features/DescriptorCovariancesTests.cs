using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using Prosodia.Audio;
using Prosodia.Dsp;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Features;
using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.Features;

public sealed class DescriptorCovariancesTests
{
    private static readonly float[] Voice = SyntheticCorpus.Speak(3).First();

    [Fact]
    public void Each_has_a_name_of_its_own()
    {
        Assert.Equal(4 * 24 * 25 / 2, DescriptorCovariances.Names.Distinct().Count());
        Assert.Equal(DescriptorCovariances.Names.Count, Of(Voice).Length);
        Assert.Equal("covariance_loudness_loudness", DescriptorCovariances.Names[0]);
        Assert.Equal("steps_160ms_h1_h2_h1_h2", DescriptorCovariances.Names[^1]);
        Assert.Equal(ModelFeatures.Acoustic.Names.Count, ModelFeatures.Acoustic.Views.Sum());
        Assert.Equal(ModelFeatures.Acoustic.Names.Count, ModelFeatures.Acoustic.Names.Distinct().Count());
    }

    [Fact]
    public void Silence_around_speech_changes_next_to_nothing()
    {
        var (alone, within) = (Of(Voice), Of([.. new float[16_000], .. Voice, .. new float[8_000]]));
        Assert.InRange(Distance(alone, within) / Distance(alone, new float[alone.Length]), 0, 0.05);
    }

    [Fact]
    public void Sound_of_any_length_has_finite_values()
    {
        foreach (var length in new[] { 0, 1, 400, 560, 4_000 })
            Assert.All(Of(Voice[..length]), x => Assert.True(float.IsFinite(x)));
        Assert.All(Of(new float[16_000]), x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void The_logarithm_is_that_of_another_library() =>
        Gen.Double[-2, 2]
            .Array[25]
            .Sample(
                values =>
                {
                    var root = Matrix<double>.Build.DenseOfRowMajor(5, 5, values);
                    var matrix = root * root.Transpose() + 0.01 * Matrix<double>.Build.DenseIdentity(5);
                    var system = matrix.Evd(Symmetricity.Symmetric);
                    var expected =
                        system.EigenVectors
                        * Matrix<double>.Build.DenseOfDiagonalVector(system.EigenValues.Real().Map(Math.Log))
                        * system.EigenVectors.Transpose();
                    var actual = SymmetricMatrix.Logarithm(matrix.ToArray(), 1e-9);
                    Assert.Equal(
                        expected.ToArray().Cast<double>(),
                        actual.Cast<double>(),
                        (a, b) => Math.Abs(a - b) < 1e-8
                    );
                },
                iter: 100
            );

    private static float[] Of(float[] samples) => new ProsodicFeatures(new Recording(samples, [])).Covariances();

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (double)(x - y)).Sum());
}

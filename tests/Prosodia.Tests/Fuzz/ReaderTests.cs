using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders.Weights;
using Prosodia.Evaluation.Onnx;
using Prosodia.Formats;
using Prosodia.Fuzz;
using Xunit;

namespace Prosodia.Tests.Fuzz;

/// <summary>A slice of what <c>benchmarks/Prosodia.Fuzz</c> tries, and what it found.</summary>
[Trait("Tier", "Slow")]
public sealed class ReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Readers() => [.. Reader.All.Select(r => r.Name)];

    [Theory, MemberData(nameof(Readers))]
    public void Damaged_files_are_read_or_refused_in_time_and_with_little_memory(string name)
    {
        var reader = Reader.All.Single(r => r.Name == name);
        Assert.Empty(Campaign.Run(reader, cases: 1000 / reader.OneIn, seed: 2026, _folder.Path).Faults);
    }

    [Fact]
    public void A_path_with_a_zero_byte_is_a_row_that_can_t_be_used()
    {
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\na\0.wav,1,sad\nb.wav,1,sad\n");
        var manifest = Manifest.Read(_folder["m.csv"]);
        Assert.Contains(
            "line 2: has a path that no file can have",
            Assert.Single(manifest.Problems).Message,
            StringComparison.Ordinal
        );
        Assert.Single(manifest.Utterances);
    }

    [Fact]
    public void A_time_that_is_none_is_told()
    {
        File.WriteAllText(
            _folder["a.TextGrid"],
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\nitem []:\n class = \"IntervalTier\"\n name "
                + "= \"a\"\n xmin = 0\n xmax = 2\n size = 1\n intervals [1]:\n xmin = 0-1\n xmax = 2\n text = \"sad\"\n"
        );
        Assert.Contains(
            "has '0-1' where a time should be",
            Assert.Throws<InputException>(() => TextGrid.Read(_folder["a.TextGrid"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Constants_of_one_name_are_told()
    {
        var model = OnnxModel.Create(("input", [null, 4]), ("output", [null, 2]));
        foreach (var _ in Enumerable.Range(0, 2))
            model.Graph.Constant<float>("weights", [1, 2, 3, 4, 5, 6, 7, 8], 4, 2);
        model.Graph.Operator("MatMul", "output", ["input", "weights"]);
        model.Write(_folder["a.onnx"]);
        Assert.Contains(
            "has two constants 'weights'",
            Assert.Throws<InputException>(() => WeightsFile.ToOnnx(_folder["a.onnx"])).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}

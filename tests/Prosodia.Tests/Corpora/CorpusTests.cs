using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

public sealed class CorpusTests
{
    [Fact]
    public void Emodb_has_its_339_recordings_of_four_classes()
    {
        var manifest = EmoDb.Read(Path.Combine(TestData.Corpora(), "emodb4"));
        Assert.Equal(["angry 127", "happy 71", "neutral 79", "sad 62"], Counts(manifest));
        Assert.Equal(["03", "08", "09", "10", "11", "12", "13", "14", "15", "16"], manifest.Speakers);
        Assert.Equal(5, manifest.Utterances.Where(u => u.Sex == "male").Select(u => u.Speaker).Distinct().Count());
        Assert.Empty(manifest.Problems);
    }

    [Fact]
    public void Emodb_has_its_535_recordings_of_seven_classes()
    {
        var manifest = EmoDb.Read(Path.Combine(TestData.Corpora(), "emodb"));
        Assert.Equal(
            ["angry 127", "bored 81", "disgusted 46", "fearful 69", "happy 71", "neutral 79", "sad 62"],
            Counts(manifest)
        );
    }

    [Fact]
    public void Ravdess_has_24_actors_of_60_recordings()
    {
        var manifest = Ravdess.Read(Path.Combine(TestData.Corpora(), "ravdess"));
        Assert.Equal(1440, manifest.Utterances.Count);
        Assert.All(manifest.Utterances.GroupBy(u => u.Speaker), speaker => Assert.Equal(60, speaker.Count()));
        Assert.Equal(24, manifest.Speakers.Count);
        Assert.Equal(
            [
                "angry 192",
                "calm 192",
                "disgusted 192",
                "fearful 192",
                "happy 192",
                "neutral 96",
                "sad 192",
                "surprised 192",
            ],
            Counts(manifest)
        );
        Assert.All(manifest.Utterances.Where(u => u.Speaker == "02"), u => Assert.Equal("female", u.Sex));
    }

    [Fact]
    public void Files_of_other_names_are_told_and_left_out()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["03a01Fa.wav"], []);
        File.WriteAllBytes(folder["copy of 03a01Fa.wav"], []);
        var manifest = EmoDb.Read(folder.Path);
        Assert.Single(manifest.Utterances);
        Assert.Contains("copy of", Assert.Single(manifest.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_the_corpus_or_no_folder_is_an_error()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "holds no recording of EMO-DB",
            Assert.Throws<InputException>(() => EmoDb.Read(folder.Path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            Assert.Throws<InputException>(() => Ravdess.Read(folder["nowhere"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Checksums_tell_unaltered_altered_missing_and_extra_files()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["03a01Fa.wav"], "as published");
        File.WriteAllText(folder["03a01Nc.wav"], "changed");
        File.WriteAllText(folder["03a01Wa.wav"], "never published");
        File.WriteAllText(
            folder["sums"],
            $"""
            a25eb0e4f6ddb4a4d5cf0cca4d3a9c0d3ac5bdf1b04aaf08b9cf6d7c0a1f1234  emodb/03a01Nc.wav
            {Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData("as published"u8)
            )}  emodb/03a01Fa.wav
            0000000000000000000000000000000000000000000000000000000000000000  emodb/03a02Fc.wav
            0000000000000000000000000000000000000000000000000000000000000000  ravdess/Actor_01/03-01-01-01-01-01-01.wav
            """
        );
        var found = ChecksumList
            .Read(folder["sums"], p => EmoDb.Parse(p) is not null)
            .Verify(EmoDb.Read(folder.Path).Utterances.Select(u => u.Path));
        Assert.Equal(1, found.Unaltered);
        Assert.Equal(["03a01Nc.wav"], found.Altered);
        Assert.Equal(["03a02Fc.wav"], found.Missing);
        Assert.Equal(["03a01Wa.wav"], found.Extra);
    }

    [Fact]
    public void The_four_classes_of_emodb_are_the_originals()
    {
        var sums = ChecksumList.Read(
            Path.Combine(TestData.Corpora(), "ORIGINALS.sha256"),
            p => EmoDb.Parse(p) is not null
        );
        var found = sums.Verify(EmoDb.Read(Path.Combine(TestData.Corpora(), "emodb4")).Utterances.Select(u => u.Path));
        Assert.Equal((339, 0, 196, 0), (found.Unaltered, found.Altered.Count, found.Missing.Count, found.Extra.Count));
    }

    private static IEnumerable<string> Counts(Manifest manifest) =>
        manifest.Emotions.Select(e => $"{e} {manifest.Utterances.Count(u => u.Emotion == e)}");
}

using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

/// <summary>Corpora that are known by file names, on trees of their published layout.</summary>
public sealed class CorpusFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string[], string[]> Trees() =>
        new()
        {
            {
                "cremad",
                ["AudioWAV/1006_IEO_HAP_LO.wav", "AudioWAV/1006_tai_ang_xx.WAV", "AudioMP3/1091_WSI_SAD_X.mp3"],
                [
                    "1006 happy female IEO low 58 neutral 70.75",
                    "1006 angry female TAI unspecified 58",
                    "1091 sad  WSI unspecified",
                ]
            },
            {
                "nemo",
                ["samples/KS0_sadness_38.wav", "samples/AB1_surprised_2.wav"],
                ["KS0 sad male 23 idę do domu", "AB1 surprised "]
            },
            {
                "tess",
                [
                    "OAF_angry/OAF_back_angry.wav",
                    "OAF_neutral/OA_bite_neutral.wav",
                    "YAF_pleasant_surprised/YAF_yes_ps.wav",
                ],
                ["OAF angry female 64 back", "OAF neutral female 64 bite", "YAF surprised female 26 yes"]
            },
            {
                "savee",
                ["AudioData/DC/a01.wav", "AudioData/KL/su15.wav", "AudioData/JE/a01.wav", "ALL/JK_n30.wav"],
                ["DC angry male a01", "KL surprised male su15", "JE angry male a01", "JK neutral male n30"]
            },
            {
                "esd",
                [
                    "0011/Angry/0011_000351.wav",
                    "0011/Neutral/0011_000350.wav",
                    "0001/Surprise/train/0001_001750.wav",
                    "0020/Happy/0020_000701.wav",
                ],
                [
                    "0011 angry  English 1",
                    "0011 neutral  English 350",
                    "0001 surprised  Mandarin 350",
                    "0020 happy  English 1",
                ]
            },
        };

    [Theory, MemberData(nameof(Trees))]
    public void A_tree_of_the_published_layout_is_read(string corpus, string[] files, string[] expected)
    {
        foreach (var file in files)
            Write(file);
        File.WriteAllText(_folder["VideoDemographics.csv"], "\"ActorID\",\"Age\",\"Sex\"\n1006,58,\"Female\"\n");
        File.WriteAllText(
            _folder["summaryTable.csv"],
            "\"\",\"FileName\",\"VoiceVote\",\"VoiceLevel\"\n\"1\",\"1006_IEO_HAP_LO\",\"N\",\"70.75\"\n"
        );
        File.WriteAllText(
            _folder["data.tsv"],
            "file_id\temotion\tnormalized_text\tgender\tage\nKS0_sadness_38.wav\tsadness\tidę do domu\tmale\t23\n"
        );
        var format = CorpusFormat.Of(_folder.Path);
        Assert.Equal(corpus, format.Name);
        var manifest = format.Read(_folder.Path);
        Assert.Empty(manifest.Problems);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            manifest
                .Utterances.Select(u =>
                    string.Join(' ', [u.Speaker, u.Emotion, u.Sex, .. u.Details.Skip(1).Select(d => d.Value)])
                )
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Of_coded_versions_the_lossless_one_is_read_and_tables_may_lie_in_a_folder_of_their_own()
    {
        Write("AudioMP3/1006_IEO_HAP_LO.mp3");
        Write("AudioWAV/1006_IEO_HAP_LO.wav");
        Directory.CreateDirectory(_folder["processedResults"]);
        File.WriteAllText(
            _folder["processedResults/summaryTable.csv"],
            "FileName,VoiceVote,VoiceLevel\n1006_IEO_HAP_LO,h:N,70\n1006_IEO_SAD_LO,,\n"
        );
        var manifest = CremaD.Read(_folder.Path);
        Assert.EndsWith(".wav", manifest.Utterances.Single().Path, StringComparison.Ordinal);
        Assert.Equal("happy+neutral", manifest.Utterances[0].Detail("perceived"));
        Assert.Empty(manifest.Problems);
        Assert.Contains("1 files are coded versions", manifest.Warnings.Single(), StringComparison.Ordinal);
        Write("AudioWAV/1006_IEO_SAD_LO.wav");
        Assert.Equal("", CremaD.Read(_folder.Path).Utterances[1].Detail("perceived"));
    }

    [Fact]
    public void Other_folders_are_of_no_known_corpus()
    {
        Assert.Contains("holds no recording", Refused(), StringComparison.Ordinal);
        Write("meeting 1.wav");
        Write("meeting 2.wav");
        Write("03a01Fa.wav");
        Assert.Contains("no corpus that is known", Refused(), StringComparison.Ordinal);
        string Refused() => Assert.Throws<InputException>(() => CorpusFormat.Of(_folder.Path)).Message;
    }

    [Theory]
    [InlineData("emodb", 535, 10)]
    [InlineData("ravdess", 1440, 24)]
    [InlineData("cremad", 1798, 22)]
    [InlineData("nemo", 600, 5)]
    public void Real_corpora_are_recognized_and_complete(string corpus, int recordings, int speakers)
    {
        var folder = Path.Combine(TestData.Corpora(), corpus);
        var format = CorpusFormat.Of(folder);
        Assert.Equal(corpus, format.Name);
        var manifest = format.Read(folder);
        Assert.Equal((recordings, speakers), (manifest.Utterances.Count, manifest.Speakers.Count));
        Assert.All(manifest.Utterances, u => Assert.Contains(u.Sex, new[] { "female", "male" }));
        Assert.Empty(manifest.Problems);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string file)
    {
        var path = _folder[file];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WavWriter.Write(path, TestData.Sine(200 + file.Length, 16_000, 8_000));
    }
}

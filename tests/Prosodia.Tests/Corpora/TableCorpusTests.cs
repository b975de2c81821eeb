using System.Text.RegularExpressions;
using Parquet.Serialization;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Corpora;

/// <summary>Corpora that tables describe, on trees of their published layout.</summary>
public sealed class TableCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void MSP_Podcast_is_read_by_its_consensus_labels()
    {
        Text(
            "Labels/labels_consensus.csv",
            """
            FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set
            MSP-PODCAST_0001_0008.wav,N,2.2,4.0,3.6,127,Male,Test1
            MSP-PODCAST_0001_0019.wav,A,5.0,2.0,5.8,128,Female,Train
            MSP-PODCAST_0001_0020.wav,X,5.0,2.0,5.8,128,Female,Train
            MSP-PODCAST_0001_0021.wav,H,5.0,2.0,5.8,Unknown,Unknown,Development
            MSP-PODCAST_0001_0022.wav,S,5.0,2.0,5.8,,Female,Train
            MSP-PODCAST_0001_0023.wav,U,5.0,2.0,5.8,129,Female,Train
            """
        );
        foreach (var number in new[] { "0008", "0019", "0020", "0021", "0022" })
            Sound($"Audios/MSP-PODCAST_0001_{number}.wav");
        var manifest = Read("msppodcast");
        Assert.Equal(
            [
                "127 neutral male MSP-Podcast Test1 2.2 4.0 3.6",
                "128 angry female MSP-Podcast Train 5.0 2.0 5.8",
                "Unknown happy  MSP-Podcast Development 5.0 2.0 5.8",
            ],
            Lines(manifest)
        );
        Assert.Contains("1 turns have no primary emotion", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, manifest.Problems.Count); // one without a speaker, one that is not there
        Assert.Contains("0022", manifest.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("which is not there", manifest.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MSP_Podcast_has_what_each_rater_said()
    {
        Text(
            "Labels/labels_consensus.csv",
            "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
                + "MSP-PODCAST_0001_0008.wav,N,2.2,4.0,3.6,127,Male,Test1\n"
        );
        Text(
            "Labels/labels_detailed.csv",
            """
            FileName,WorkerID,EmoClass_Major,EmoAct,EmoVal,EmoDom
            MSP-PODCAST_0001_0008.wav,W1,Neutral,2,4,4
            MSP-PODCAST_0001_0008.wav,W2,Happy,3,5,3
            MSP-PODCAST_0001_0008.wav,W3,Other-amused,1,3,4
            """
        );
        Sound("Audios/MSP-PODCAST_0001_0008.wav");
        var turn = Read("msppodcast").Utterances.Single();
        Assert.Equal(["1", "2", "3"], Ratings.Raters(turn.Details.Select(d => d.Key)));
        Assert.Equal(["2", "3", "1"], Ratings.ValuesOf(turn, "arousal"));
        Assert.Equal(["happy", "neutral", "other"], VoteTable.Of([turn], "").Labels);
    }

    [Fact]
    public void MSP_Podcast_keeps_turns_without_an_emotion_where_all_are_asked_for()
    {
        Text(
            "Labels/labels_consensus.csv",
            "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
                + "MSP-PODCAST_0001_0008.wav,X,2.2,4.0,3.6,127,Male,Test1\n"
        );
        Sound("Audios/MSP-PODCAST_0001_0008.wav");
        Assert.Throws<InputException>(() => MspPodcast.Read(_folder.Path, isWhole: false));
        Assert.Equal("no agreement", MspPodcast.Read(_folder.Path, isWhole: true).Utterances.Single().Emotion);
    }

    [Fact]
    public void Of_several_raters_of_a_number_an_audformat_database_gives_the_mean()
    {
        Text(
            "db.yaml",
            """
            name: rated
            schemes:
              emotion: {dtype: str, labels: [anger, neutral]}
              arousal: {dtype: float}
              speaker: {dtype: str}
            tables:
              emotion:
                type: filewise
                columns:
                  emotion: {scheme_id: emotion}
                  arousal.r1: {scheme_id: arousal, rater_id: r1}
                  arousal.r2: {scheme_id: arousal, rater_id: r2}
                  speaker: {scheme_id: speaker}
              unread:
                type: filewise
                columns:
                  transcript: {}
            """
        );
        Sound("a.wav");
        Text("db.emotion.csv", "file,emotion,arousal.r1,arousal.r2,speaker\na.wav,anger,0.5,0.75,s1\n");
        var utterance = Read("audformat").Utterances.Single(); // though the table 'unread' is not there
        Assert.Equal("0.625", utterance.Detail("arousal"));
        Assert.Equal(["0.5", "0.75"], Ratings.ValuesOf(utterance, "arousal"));
    }

    [Fact]
    public void An_audformat_database_has_dimensions_and_raters()
    {
        Text(
            "db.yaml",
            """
            name: rated
            schemes:
              emotion: {dtype: str, labels: [anger, neutral]}
              arousal: {dtype: float, minimum: 0, maximum: 1}
              speaker: {dtype: str}
            tables:
              emotion:
                type: filewise
                columns:
                  emotion: {scheme_id: emotion, rater_id: gold}
                  emotion.r1: {scheme_id: emotion, rater_id: r1}
                  emotion.r2: {scheme_id: emotion, rater_id: r2}
                  speaker: {scheme_id: speaker}
              dimensions:
                type: filewise
                columns:
                  arousal: {scheme_id: arousal, rater_id: gold}
            """
        );
        Sound("a.wav");
        Text("db.emotion.csv", "file,emotion,emotion.r1,emotion.r2,speaker\na.wav,anger,anger,neutral,s1\n");
        Text("db.dimensions.csv", "file,arousal\na.wav,0.75\n");
        var utterance = Read("audformat").Utterances.Single();
        Assert.Equal("0.75", utterance.Detail("arousal"));
        Assert.Equal(["neutral"], Ratings.CategoriesOf(utterance, "r2"));
    }

    [Fact]
    public void MELD_is_read_split_by_split_although_names_of_clips_recur()
    {
        const string header =
            "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n";
        Text("train_sent_emo.csv", header + "1,\"So, what?\",Chandler,joy,positive,0,0,8,21,\"00:16:16,059\",\"x\"\n");
        Text("dev_sent_emo.csv", header + "1,No!,Joey,anger,negative,0,0,4,7,a,b\n");
        Sound("train_splits/dia0_utt0.mp4");
        Sound("dev_splits_complete/dia0_utt0.mp4");
        var manifest = Read("meld");
        Assert.Equal(
            ["Joey angry  MELD dev dev-0 No!", "Chandler happy  MELD train train-0 So, what?"],
            Lines(manifest)
        );
        Assert.Empty(manifest.Problems);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_audformat_database_is_read_with_segments_and_speakers_from_its_header(bool parquet)
    {
        Text(
            "db.yaml",
            """
            name: calls
            languages: [deu]
            schemes:
              emotion:
                dtype: str
                labels: [anger, neutral]
              speaker:
                dtype: str
                labels:
                  '03': {gender: male, age: 31}
                  '08': {gender: female, age: 34}
            tables:
              emotion:
                type: segmented
                columns:
                  emotion: {scheme_id: emotion, rater_id: gold}
              files:
                type: filewise
                columns:
                  speaker: {scheme_id: speaker}
            """
        );
        Sound("wav/a.wav");
        Sound("wav/b.wav");
        if (parquet)
        {
            await ParquetSerializer.SerializeAsync(
                new[]
                {
                    new Segment("wav/a.wav", 500_000_000, 1_250_000_000, "anger"),
                    new Segment("wav/b.wav", 0, long.MinValue, "neutral"),
                },
                _folder["db.emotion.parquet"],
                cancellationToken: TestContext.Current.CancellationToken
            );
        }
        else
            Text(
                "db.emotion.csv",
                """
                file,start,end,emotion
                wav/a.wav,0 days 00:00:00.500000,0 days 00:00:01.250000,anger
                wav/b.wav,0 days 00:00:00,,neutral
                wav/c.wav,0 days 00:00:00,,neutral
                """
            );
        Text("db.files.csv", "file,speaker\nwav/a.wav,03\nwav/b.wav,08\n");
        var manifest = Read("audformat");
        Assert.Equal(["03 angry male calls 31", "08 neutral female calls 34"], Lines(manifest));
        Assert.Equal([new AudioPart(0.5, 1.25), default], manifest.Utterances.Select(u => u.Part));
        if (!parquet) // of a recording that is not there
            Assert.Contains("of 1 recordings no speaker", manifest.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_audformat_database_without_what_is_needed_says_what_is_missing()
    {
        Text("db.yaml", "name: [broken");
        Assert.Contains("is no YAML", Refused(), StringComparison.Ordinal);
        Text("db.yaml", "name: x\ntables: {files: {type: filewise, columns: {duration: {}}}}");
        Assert.Contains("no table with a column of the scheme 'emotion'", Refused(), StringComparison.Ordinal);
        Text("db.yaml", "name: x\ntables: {emotion: {type: filewise, columns: {emotion: {scheme_id: emotion}}}}");
        Assert.Contains("nor does the same as .parquet", Refused(), StringComparison.Ordinal);
        Text("db.emotion.csv", "file,emotion\na.wav,anger\n");
        Assert.Contains("does not say who speaks", Refused(), StringComparison.Ordinal);
        string Refused() => Assert.Throws<InputException>(() => Audformat.Read(_folder.Path)).Message;
    }

    [Fact]
    public void The_lines_of_EmoBox_find_recordings_above_and_speakers_in_their_names()
    {
        Text("data/cafe/label_map.json", """{"c": "Angry", "t": "Sad"}""");
        Text(
            "data/cafe/fold_1/cafe_test_fold_1.jsonl",
            """
            {"dataset": "cafe", "wav": "downloads/cafe/Col/08-C-2-1.wav", "emo": "c"}
            {"dataset": "cafe", "wav": "downloads/cafe/Tri/09-T-2-1.wav", "emo": "t"}
            {"dataset": "cafe", "wav": "downloads/cafe/Tri/09-T-2-2.wav", "emo": "t"}
            {"key": "broken
            """
        );
        Sound("downloads/cafe/Col/08-C-2-1.wav");
        Sound("downloads/cafe/Tri/09-T-2-1.wav");
        var list = _folder["data/cafe/fold_1/cafe_test_fold_1.jsonl"];
        var manifest = EmoBox.Read(list, new Regex(@"/(\d\d)-[A-Z]-"));
        Assert.Equal(["08 angry  cafe test", "09 sad  cafe test"], Lines(manifest));
        Assert.Equal(["which is not there", "is no JSON"], manifest.Problems.Select(p => Known(p.Message)));
        Assert.Contains(
            "Say which part of the path names the speaker with --speaker",
            Assert.Throws<InputException>(() => EmoBox.Read(list, null)).Message,
            StringComparison.Ordinal
        );
        static string Known(string message) =>
            new[] { "which is not there", "is no JSON" }.Single(k => message.Contains(k, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_the_corpus_names_its_files_EmoBox_needs_no_pattern()
    {
        Text("emodb.jsonl", """{"dataset": "emodb", "wav": "downloads/emodb/wav/03a01Fa.wav", "emo": "Happy"}""");
        Sound("downloads/emodb/wav/03a01Fa.wav");
        Assert.Equal(["03 happy  emodb"], Lines(EmoBox.Read(_folder["emodb.jsonl"], null)));
    }

    public void Dispose() => _folder.Dispose();

    private Manifest Read(string expected)
    {
        var format = CorpusFormat.Of(_folder.Path);
        Assert.Equal(expected, format.Name);
        return format.Read(_folder.Path);
    }

    private static IEnumerable<string> Lines(Manifest manifest) =>
        manifest.Utterances.Select(u =>
            string.Join(' ', [u.Speaker, u.Emotion, u.Sex, .. u.Details.Select(d => d.Value)])
        );

    private void Text(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], text);
    }

    private void Sound(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        WavWriter.Write(_folder[file], TestData.Sine(200 + file.Length, 16_000, 8_000));
    }

    private sealed record Segment(string file, long start, long end, string emotion);
}

using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Audit;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Audit;

/// <summary>Splits that leak in each of the ways, and published ones.</summary>
public sealed class SplitAuditTests
{
    [Theory]
    [InlineData("cremad", 91)]
    [InlineData("emodb", 10)]
    [InlineData("tess", 2)]
    [InlineData("ravdess", 0)]
    [InlineData("savee", 0)]
    [InlineData("iemocap", 0)]
    public void Shared_speakers_of_EmoBox_are_found(string corpus, int speakers)
    {
        var folder = Path.Combine(TestData.Corpora(), "..", "folds", "emobox", corpus);
        Assert.SkipUnless(Directory.Exists(folder), "no folds of EmoBox");
        var reader = new SplitReader(column: null, speaker: null, audio: null);
        var split = Assert.Single(reader.Read([folder]));
        Assert.Empty(reader.Problems);
        Assert.DoesNotContain(split.Rows, r => r.Utterance.Speaker.Length == 0);
        var overlap = Findings(split, AuditedSounds.None).SingleOrDefault(f => f.Check == "speaker overlap");
        Assert.Equal(speakers, overlap?.Items.Count ?? 0);
    }

    [Fact]
    public void A_clean_split_has_no_leak()
    {
        using var folder = new TemporaryFolder();
        Assert.DoesNotContain(Audit(folder, Clean(folder)), f => f.Severity != AuditSeverity.Note);
    }

    [Theory]
    [InlineData("speaker overlap", nameof(AuditSeverity.Leak), "test,b2.wav,A,happy,s9")]
    [InlineData("recording overlap", nameof(AuditSeverity.Leak), "train,b1.wav,B,happy,s1")]
    [InlineData("same sound in two parts", nameof(AuditSeverity.Leak), "train,copy-of-b1.wav,C,happy,s1")]
    [InlineData("same sound again", nameof(AuditSeverity.Warning), "test,copy-of-b1.wav,B,happy,s1")]
    [InlineData("listed again", nameof(AuditSeverity.Warning), "test,b1.wav,B,happy,s1")]
    [InlineData("label conflict", nameof(AuditSeverity.Warning), "test,copy-of-b1.wav,B,sad,s1")]
    [InlineData("speaker conflict", nameof(AuditSeverity.Warning), "test,copy-of-b1.wav,D,happy,s1")]
    [InlineData("class missing", nameof(AuditSeverity.Warning), "test,b2.wav,B,bored,s1")]
    [InlineData("speaker unknown", nameof(AuditSeverity.Warning), "test,b2.wav,,happy,s1")]
    [InlineData("sentence overlap", nameof(AuditSeverity.Note), "test,b2.wav,B,happy,t1")]
    [InlineData("unusable", nameof(AuditSeverity.Warning), "test,silence.wav,B,happy,s1")]
    [InlineData("truncated", nameof(AuditSeverity.Warning), "test,truncated.wav,B,happy,s1")]
    [InlineData("clipped", nameof(AuditSeverity.Warning), "test,clipped.wav,B,happy,s1")]
    [InlineData("nearly silent", nameof(AuditSeverity.Warning), "test,quiet.wav,B,happy,s1")]
    [InlineData("not read", nameof(AuditSeverity.Note), "test,nowhere.wav,B,happy,s1")]
    public void Each_kind_of_leak_is_found(string check, string severity, string row)
    {
        using var folder = new TemporaryFolder();
        var findings = Audit(folder, [.. Clean(folder), row]);
        Assert.Contains(findings, f => f.Check == check && $"{f.Severity}" == severity);
        if (severity != nameof(AuditSeverity.Leak) && check != "speaker unknown")
            Assert.DoesNotContain(findings, f => f.Severity == AuditSeverity.Leak && f.Check != "speaker overlap");
    }

    [Fact]
    public void Folders_and_lists_are_read()
    {
        using var folder = new TemporaryFolder();
        foreach (var part in new[] { "train", "dev", "test" })
        {
            Directory.CreateDirectory(folder[$"corpus/{part}/angry"]);
            Voice(folder[$"corpus/{part}/angry/spk7-{part}.wav"], 1, 1);
        }
        File.WriteAllText(folder["train.txt"], "spk1-a.wav\nspk2-b.wav\n");
        File.WriteAllText(folder["eval.lst"], "spk2-c.wav\n");
        var reader = new SplitReader(null, new System.Text.RegularExpressions.Regex(@"spk(\d+)"), null);
        var split = Assert.Single(reader.Read([folder["corpus"]]));
        Assert.Equal(["train", "validation", "test"], split.Parts);
        Assert.All(split.Rows, r => Assert.Equal(("7", "angry"), (r.Utterance.Speaker, r.Utterance.Emotion)));
        split = Assert.Single(reader.Read([folder["train.txt"], $"test={folder["eval.lst"]}"]));
        Assert.Equal(["2"], Findings(split, AuditedSounds.None).Single(f => f.Check == "speaker overlap").Items);
        Assert.Contains(
            "which part",
            Assert.Throws<InputException>(() => reader.Read([Written(folder["names.txt"], "a.wav")])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Sources_that_name_their_part_are_one_split_and_others_one_each()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[$"{name}/split.csv"], "path,speaker,split\nx.wav,1,train\ny.wav,2,test\n");
        }
        File.WriteAllText(folder["train.csv"], "path,speaker,emotion\nx.wav,1,sad\n,,sad\n");
        File.WriteAllText(folder["test.csv"], "path,speaker,start,end\ny.wav,1,5,3\nz.wav,1,1,3\n");
        var reader = new SplitReader(null, null, null);
        var split = Assert.Single(reader.Read([$"train={folder["train.csv"]}", $"test={folder["test.csv"]}"]));
        Assert.Equal(["x.wav", "z.wav"], split.Rows.Select(r => Path.GetFileName(r.Utterance.Path)));
        Assert.Equal(2, reader.Problems.Count); // a row without anything, and one that ends before it starts
        Assert.Equal(2, reader.Read([folder["a/split.csv"], folder["b/split.csv"]]).Count);
    }

    [Fact]
    public void A_file_that_two_rows_may_mean_is_not_taken_for_either()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["audio/spk1"]);
        Voice(folder["audio/spk1/001.wav"], 1, 0.3f);
        File.WriteAllText(folder["split.csv"], "path,speaker,split\nspk1/001.flac,1,train\nspk2/001.flac,2,test\n");
        var split = new SplitReader(null, null, new RecordingFinder(folder["audio"]))
            .Read([folder["split.csv"]])
            .Single();
        Assert.DoesNotContain(Findings(split, AuditedSounds.None), f => f.Severity == AuditSeverity.Leak);
    }

    [Fact]
    public void Sentences_of_a_fold_are_looked_for_in_all_others()
    {
        var split = new AuditedSplit(
            "folds",
            [
                .. new[] { ("1", "a"), ("2", "b"), ("3", "a") }.Select(
                    (r, i) =>
                        new SplitRow(
                            r.Item1,
                            new Utterance($"{i}.wav", $"{i}", "happy") { Details = [new(Manifest.TextColumn, r.Item2)] }
                        )
                ),
            ]
        );
        Assert.Equal(2, Findings(split, AuditedSounds.None).Count(f => f.Check == SplitAudit.SentenceOverlap));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Repair_makes_parts_disjoint_and_keeps_their_sizes(bool sentences)
    {
        var split = new AuditedSplit(
            "many",
            [
                .. Enumerable
                    .Range(0, 1200)
                    .Select(i => new SplitRow(
                        i % 5 == 0 ? "test" : "train",
                        new Utterance($"{i}.wav", $"{i / 60}", i % 2 == 0 ? "happy" : "sad")
                        {
                            Details = [new(Manifest.TextColumn, $"{i % 10}")],
                        }
                    )),
            ]
        );
        Utterance first = split.Rows[0].Utterance,
            last = split.Rows[^1].Utterance;
        var rows = new SplitRepair(split, [(first, last)], seed: 1).Run(sentences);
        Assert.Empty(Shared(u => u.Speaker));
        if (sentences)
            Assert.Empty(Shared(u => u.Detail(Manifest.TextColumn)));
        else
            Assert.Equal(split.Rows.Count, rows.Count);
        if (!sentences)
            Assert.Equal(Of(first), Of(last)); // speakers of the same sound stay together
        Assert.InRange((double)rows.Count(r => r.Part == "test") / rows.Count, 0.12, 0.3);

        string Of(Utterance u) => rows.First(r => r.Row.Utterance == u).Part;

        IEnumerable<string> Shared(Func<Utterance, string> of)
        {
            var parts = rows.ToLookup(r => r.Part, r => of(r.Row.Utterance));
            return parts["train"].Intersect(parts["test"]);
        }
    }

    private static IReadOnlyList<AuditFinding> Audit(TemporaryFolder folder, IReadOnlyList<string> rows)
    {
        File.WriteAllLines(folder["split.csv"], rows.Prepend("split,path,speaker,emotion,text"));
        var splits = new SplitReader(null, null, null).Read([folder["split.csv"]]);
        return Findings(
            splits.Single(),
            AuditedSounds.Measure(splits, _ => { }, TestContext.Current.CancellationToken)
        );
    }

    private static IReadOnlyList<AuditFinding> Findings(AuditedSplit split, AuditedSounds sounds) =>
        new SplitAudit(split, sounds, seed: 1).Run();

    private static string[] Clean(TemporaryFolder folder)
    {
        Voice(folder["a1.wav"], 1, 0.3f);
        Voice(folder["b1.wav"], 2, 0.3f);
        Voice(folder["b2.wav"], 3, 0.3f);
        Voice(folder["copy-of-b1.wav"], 2, 0.2f, from: 2000);
        Voice(folder["clipped.wav"], 4, 4);
        Voice(folder["quiet.wav"], 5, 0.0003f);
        WavWriter.Write(folder["silence.wav"], new float[16_000]);
        Voice(folder["truncated.wav"], 6, 0.3f);
        File.WriteAllBytes(folder["truncated.wav"], File.ReadAllBytes(folder["truncated.wav"])[..^5000]);
        return ["train,a1.wav,A,happy,t1", "test,b1.wav,B,happy,s1"];
    }

    /// <summary>Noise whose level goes up and down, as of speech.</summary>
    private static void Voice(string file, int seed, float level, int from = 0)
    {
        var random = new Random(seed);
        float[] samples =
        [
            .. Enumerable
                .Range(0, 32_000)
                .Select(t =>
                    level
                    * (float)(
                        (2 * random.NextDouble() - 1)
                        * Math.Pow(Math.Sin(Math.PI * t / 32_000), 2)
                        * (1 + Math.Sin(t * (1 + seed) / 900.0))
                    )
                ),
        ];
        WavWriter.Write(file, [.. samples.Skip(from).Select(x => Math.Clamp(x, -1, 1))]);
    }

    private static string Written(string file, string text)
    {
        File.WriteAllText(file, text);
        return file;
    }
}

using System.Diagnostics;
using Prosodia.Evaluation.Audit;
using Prosodia.Evaluation.Corpora;
using Xunit;

namespace Prosodia.Tests.Audit;

/// <summary>The same sound under another name, among recordings of the same people and sentences.</summary>
public sealed class DuplicateSearchTests
{
    private const int EachWay = 12;

    private static readonly string[] Ways = ["resampled", "mp3", "louder", "trimmed", "video"];

    [Fact, Trait("Tier", "Slow")]
    public void Planted_duplicates_are_found_and_no_others()
    {
        Utterance[] originals = // benchmarks/planted_duplicates.py takes all
        [
            .. Ravdess
                .Read(Path.Combine(TestData.Corpora(), "ravdess"))
                .Utterances.Where(u => string.CompareOrdinal(u.Speaker, "04") <= 0),
            .. EmoDb.Read(Path.Combine(TestData.Corpora(), "emodb")).Utterances.Where(u => u.Speaker is "03" or "08"),
        ];
        using var folder = new TemporaryFolder();
        var planted = originals.Where((_, i) => i % (originals.Length / EachWay) == 0).Take(EachWay).ToArray();
        var copies = planted
            .SelectMany(u =>
                Ways.Select(way =>
                    (
                        Original: u,
                        Way: way,
                        File: Path.Combine(folder.Path, $"{Path.GetFileNameWithoutExtension(u.Path)}-{way}")
                    )
                )
            )
            .AsParallel()
            .AsOrdered()
            .WithDegreeOfParallelism(Environment.ProcessorCount)
            .Select(c => (c.Original, c.Way, File: Copy(c.Original.Path, c.Way, c.File)))
            .ToArray();
        Utterance[] all = [.. originals, .. copies.Select(c => new Utterance(c.File, c.Original.Speaker, ""))];
        var sounds = AuditedSounds.Measure(
            [new AuditedSplit("all", [.. all.Select(u => new SplitRow("test", u))])],
            _ => { },
            TestContext.Current.CancellationToken
        );
        Assert.Empty(sounds.Problems);
        var found = sounds.Duplicates.Select(d => (d.One.Path, d.Other.Path)).ToHashSet();
        string[] missed =
        [
            .. copies.Where(c => !found.Contains((c.Original.Path, c.File))).Select(c => Path.GetFileName(c.File)),
        ];
        TestContext.Current.SendDiagnosticMessage(
            $"{missed.Length} of {copies.Length} missed: {string.Join(", ", missed)}"
        );
        Assert.InRange(missed.Length, 0, copies.Length / 100);

        // pairs of different recordings of one speaker, some of the same sentence, among which none may be found
        var sameSpeaker = originals.GroupBy(u => u.Speaker).Sum(g => g.Count() * (g.Count() - 1) / 2);
        Assert.True(sameSpeaker > 8_000);
        var origin = copies.ToDictionary(c => c.File, c => c.Original.Path);
        string Of(string path) => origin.GetValueOrDefault(path, path);
        var hash = originals.ToDictionary(u => u.Path, u => Sha256Hash.OfFile(u.Path));
        string[] wrong =
        [
            .. sounds
                .Duplicates.Where(d => hash[Of(d.One.Path)] != hash[Of(d.Other.Path)])
                .Select(d => $"{d.One.Path} {d.Other.Path} {d.Match}"),
        ];
        Assert.Empty(wrong);
    }

    private static string Copy(string path, string way, string target)
    {
        string[] arguments = way switch
        {
            "resampled" => ["-ar", "11025", target + ".wav"],
            "mp3" => ["-b:a", "32k", target + ".mp3"],
            "louder" => ["-af", "volume=9dB", target + ".wav"],
            "trimmed" => ["-ss", "0.2", target + ".wav"],
            _ =>
            [
                "-f",
                "lavfi",
                "-i",
                "color=c=black:s=32x32:r=5",
                "-shortest",
                "-c:a",
                "aac",
                "-b:a",
                "64k",
                target + ".mp4",
            ],
        };
        using var ffmpeg = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", "-i", path, .. arguments])
        )!;
        ffmpeg.WaitForExit();
        Assert.Equal(0, ffmpeg.ExitCode);
        return Directory.GetFiles(Path.GetDirectoryName(target)!, Path.GetFileName(target) + ".*").Single();
    }
}

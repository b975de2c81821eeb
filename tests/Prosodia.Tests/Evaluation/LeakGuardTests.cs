using CsCheck;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class LeakGuardTests
{
    private static readonly Utterance A1 = new("a1.wav", "a", "sad"),
        A2 = new("a2.wav", "a", "happy"),
        B1 = new("b1.wav", "b", "sad"),
        C1 = new("c1.wav", "c", "sad");

    [Fact]
    public void A_speaker_in_two_parts_is_refused()
    {
        Assert.Contains(
            "same speaker is in training (a2.wav, speaker a) and in test (a1.wav, speaker a)",
            Refused([A2], [B1], [A1]),
            StringComparison.Ordinal
        );
        Assert.Contains("in validation", Refused([B1], [A2], [A1]), StringComparison.Ordinal);
        Assert.Contains("in training", Refused([A2], [A1], [B1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_in_two_parts_is_refused_also_where_speakers_may_be()
    {
        Assert.Contains(
            "same recording",
            Refused([A1, A2], [B1], [A1], speakersDisjoint: false),
            StringComparison.Ordinal
        );
        _ = new Fold("fine", [A2], [B1], [A1], speakersDisjoint: false);
    }

    [Fact]
    public void A_recording_under_two_names_and_speakers_is_refused()
    {
        var twin = C1 with { Sha256 = "same" };
        Assert.Contains(
            "same recording",
            Refused([twin], [B1], [A1 with { Sha256 = "same" }]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_path_written_in_two_ways_is_one_recording() =>
        Assert.Contains(
            "same recording",
            Refused([A1], [B1], [C1 with { Path = "./x/../a1.wav" }]),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_empty_part_is_refused() =>
        Assert.Contains("no recording for validation", Refused([A1], [], [B1]), StringComparison.Ordinal);

    public static TheoryData<string> ProtocolNames() =>
        [
            "leave-one-speaker-out",
            "speaker-independent",
            "speaker-independent, all speakers",
            "speaker-groups:3",
            "folds",
        ];

    [Theory, MemberData(nameof(ProtocolNames))]
    public void No_protocol_leaks_whatever_the_corpus(string name)
    {
        using var folder = new TemporaryFolder();
        var corpus = Gen.Select(Gen.Int[3, 12], Gen.Int[1, 6], Gen.Int[1, 1000]);
        corpus.Sample(
            (speakers, each, seed) =>
            {
                Utterance[] utterances =
                [
                    .. from s in Enumerable.Range(0, speakers)
                    from i in Enumerable.Range(0, each)
                    select new Utterance($"{s}-{i}.wav", $"s{s}", "sad") { Sex = s % 3 == 0 ? "male" : "female" },
                ];
                var splits = Create(name, folder, speakers).Split(utterances, seed);
                foreach (var split in splits)
                {
                    var all = split.Train.Concat(split.Validation).Concat(split.Test).ToArray();
                    Assert.Equal(utterances.Length, all.Distinct().Count());
                    Assert.Equal(utterances.Length, all.Length);
                    Assert.Empty(Speakers(split.Train).Intersect(Speakers(split.Test)));
                    Assert.Empty(Speakers(split.Train).Intersect(Speakers(split.Validation)));
                    Assert.Empty(Speakers(split.Validation).Intersect(Speakers(split.Test)));
                }
                var tested = splits.SelectMany(s => s.Test).ToArray();
                Assert.Equal(tested.Length, tested.Distinct().Count()); // at most once
                Assert.Equal(
                    name == "speaker-independent" ? Math.Min(5, speakers) * each : utterances.Length,
                    tested.Length
                );
            },
            iter: 60,
            threads: 1
        );
    }

    [Theory, MemberData(nameof(ProtocolNames))]
    public void Every_protocol_refuses_a_corpus_made_to_leak(string name)
    {
        // One recording, listed again as another speaker's: no division by speakers can keep it out of training.
        using var folder = new TemporaryFolder();
        Utterance[] utterances =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(s => new Utterance($"{s}.wav", $"s{s}", "sad") { Sha256 = s < 2 ? "twin" : $"{s}" }),
        ];
        var error = Assert.Throws<InputException>(() => Create(name, folder, 6).Split(utterances, 1));
        Assert.Contains("leaks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folds_file_that_leaks_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["folds.csv"], "fold,speaker\n1,a\n2,b\n3,a\n");
        Assert.Contains(
            "speaker a is in fold 1 and in fold 3",
            Assert.Throws<InputException>(() => Protocol.Parse("folds:" + folder["folds.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folds_file_refuses_speakers_that_it_does_not_know()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["folds.csv"], "fold,speaker\n1,a\n2,b\n");
        var protocol = Protocol.Parse("folds:" + folder["folds.csv"])!;
        Assert.Null(protocol.Refuses("a"));
        Assert.Contains("no fold for speaker c", protocol.Refuses("c")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folds_of_EmoBox_are_used_as_they_are()
    {
        var splits = Protocol
            .Parse("folds:" + TestData.Folds("ravdess-6fold.csv"))!
            .Split(Ravdess.Read(Path.Combine(TestData.Corpora(), "ravdess")).Utterances, 1);
        Assert.Equal(["01", "11", "20", "21"], Speakers(splits[0].Test).Order());
        Assert.All(splits, s => Assert.Equal((960, 240, 240), (s.Train.Count, s.Validation.Count, s.Test.Count)));
    }

    [Fact]
    public void Speaker_dependent_folds_test_each_recording_once_and_keep_copies_together()
    {
        Gen.Select(Gen.Int[3, 8], Gen.Int[8, 20], Gen.Int[1, 1000])
            .Sample(
                (speakers, each, seed) =>
                {
                    Utterance[] utterances =
                    [
                        .. from s in Enumerable.Range(0, speakers)
                        from i in Enumerable.Range(0, each)
                        select new Utterance($"{s}-{i}.wav", $"s{s}", i % 3 == 0 ? "sad" : "happy")
                        {
                            Sha256 = s == 0 && i < 2 ? "twin" : $"{s}-{i}",
                        },
                    ];
                    var splits = new SpeakerDependent().Split(utterances, seed);
                    Assert.Equal(5, splits.Count);
                    Assert.Equal(utterances.ToHashSet(), splits.SelectMany(s => s.Test).ToHashSet());
                    Assert.Equal(utterances.Length, splits.Sum(s => s.Test.Count));
                    Assert.Single(splits, s => s.Test.Any(u => u.Sha256 == "twin"));
                    foreach (var split in splits)
                    {
                        Assert.Equal(utterances.Length, split.Train.Count + split.Validation.Count + split.Test.Count);
                        // stratified: a fifth of each, give or take the twin
                        foreach (var emotion in utterances.GroupBy(u => u.Emotion))
                            Assert.InRange(
                                split.Test.Count(u => u.Emotion == emotion.Key),
                                emotion.Count() / 5 - 1,
                                emotion.Count() / 5 + 2
                            );
                    }
                },
                iter: 60,
                threads: 1
            );
        Assert.Contains("are also in the training set", new SpeakerDependent().Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_are_left_out_one_by_one()
    {
        Utterance[] utterances =
        [
            .. from s in Enumerable.Range(1, 5)
            from speaker in new[] { "F", "M" }
            from i in Enumerable.Range(0, 3)
            select new Utterance($"{s}{speaker}{i}.wav", $"{s}{speaker}", "sad")
            {
                Details = [new("session", $"0{s}")],
            },
        ];
        var splits = Protocol.Parse("leave-one-session-out")!.Split(utterances, 1);
        Assert.Equal(["01", "02", "03", "04", "05"], splits.Select(s => s.Name));
        Assert.All(splits, s => Assert.Equal((18, 6, 6), (s.Train.Count, s.Validation.Count, s.Test.Count)));
        Assert.All(splits, s => Assert.All(s.Test, u => Assert.Equal(s.Name, u.Details[0].Value)));
        Assert.Contains(
            "has no session",
            Assert
                .Throws<InputException>(() => new LeaveOneOut("session", Manifest.SessionColumn).Split([A1, B1, C1], 1))
                .Message,
            StringComparison.Ordinal
        );
    }

    private static IProtocol Create(string name, TemporaryFolder folder, int speakers)
    {
        if (name != "folds")
            return Protocol.Parse(name.Split(',')[0], allSpeakers: name.Contains(',', StringComparison.Ordinal))!;
        File.WriteAllText(
            folder["folds.csv"],
            "fold,speaker\n"
                + string.Concat(Enumerable.Range(0, speakers).Select(s => $"{s % Math.Max(3, speakers / 3)},s{s}\n"))
        );
        return Protocol.Parse("folds:" + folder["folds.csv"])!;
    }

    private static IEnumerable<string> Speakers(IEnumerable<Utterance> utterances) =>
        utterances.Select(u => u.Speaker).Distinct();

    private static string Refused(
        Utterance[] train,
        Utterance[] validation,
        Utterance[] test,
        bool speakersDisjoint = true
    ) => Assert.Throws<InputException>(() => new Fold("x", train, validation, test, speakersDisjoint)).Message;
}

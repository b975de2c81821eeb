using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>One fold: what a model is trained on, what its epoch is chosen by, and what it is judged by.</summary>
internal sealed class Fold
{
    /// <summary>Makes a split that is known not to leak.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="train">Recordings to train on.</param>
    /// <param name="validation">Recordings to choose the epoch by.</param>
    /// <param name="test">Recordings to judge by.</param>
    /// <param name="speakersDisjoint">True where a speaker may be in one part only.</param>
    /// <param name="sentencesDisjoint">True where a sentence may be in training or test only.</param>
    /// <exception cref="InputException">A part is empty, or a recording, speaker or sentence is in two
    /// parts.</exception>
    public Fold(
        string name,
        IEnumerable<Utterance> train,
        IEnumerable<Utterance> validation,
        IEnumerable<Utterance> test,
        bool speakersDisjoint,
        bool sentencesDisjoint = false
    )
    {
        Name = name;
        Train = [.. train];
        Validation = [.. validation];
        Test = [.. test];
        LeakGuard.Check(name, speakersDisjoint, ("training", Train), ("validation", Validation), ("test", Test));
        if (sentencesDisjoint)
            LeakGuard.Refuse(
                name,
                ("training", [.. Train, .. Validation]),
                ("test", Test),
                u => u.Detail(Manifest.TextColumn),
                "sentence"
            );
    }

    /// <summary>What reports call the fold.</summary>
    public string Name { get; }

    /// <summary>Recordings to train on.</summary>
    public IReadOnlyList<Utterance> Train { get; }

    /// <summary>Recordings to choose the epoch by.</summary>
    public IReadOnlyList<Utterance> Validation { get; }

    /// <summary>Recordings to judge by.</summary>
    public IReadOnlyList<Utterance> Test { get; }

    /// <summary>Splits by speaker: the recordings of all speakers not named train.</summary>
    internal static Fold BySpeaker(
        string name,
        IReadOnlyList<Utterance> utterances,
        IReadOnlyCollection<string> validation,
        IReadOnlyCollection<string> test
    ) =>
        new(
            name,
            utterances.Where(u => !validation.Contains(u.Speaker) && !test.Contains(u.Speaker)),
            utterances.Where(u => validation.Contains(u.Speaker)),
            utterances.Where(u => test.Contains(u.Speaker)),
            speakersDisjoint: true
        );
}

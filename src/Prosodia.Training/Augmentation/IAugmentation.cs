namespace Prosodia.Training.Augmentation;

/// <summary>Makes training utterances sound like other speakers in other rooms, anew in each epoch.</summary>
internal interface IAugmentation
{
    /// <summary>An utterance as another speaker would say it; it may be longer or shorter then.</summary>
    /// <param name="sequence">Its items, row-major; left as they are.</param>
    float[] Speak(float[] sequence);

    /// <summary>Changes a normalized batch in place, where 0 is the mean.</summary>
    /// <param name="items">The items of all utterances, row-major.</param>
    /// <param name="lengths">How many items each utterance has.</param>
    void Apply(Span<float> items, ReadOnlySpan<long> lengths);
}

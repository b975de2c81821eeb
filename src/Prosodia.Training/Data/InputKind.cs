namespace Prosodia.Training.Data;

/// <summary>What a classifier reads of a recording.</summary>
internal enum InputKind
{
    /// <summary>The key segments' log spectrograms, an item each.</summary>
    KeySpectrograms,

    /// <summary>An encoder's features of the key segments, an item each.</summary>
    KeyFeatures,

    /// <summary>Feature maps of the key segments, from an encoder whose last stages are trained, an item each.
    /// </summary>
    KeyMaps,

    /// <summary>Pitch, voice and spectrum of the utterance over time, an item a frame.</summary>
    Contours,

    /// <summary>What each layer of an encoder gives for the utterance, one item.</summary>
    EncoderLayers,

    /// <summary>What a layer of an encoder gives for the utterance over time, an item a frame.</summary>
    EncoderFrames,

    /// <summary>Hand-made features of the utterance, one item.</summary>
    Prosody,
}

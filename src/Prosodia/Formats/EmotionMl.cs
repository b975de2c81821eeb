using System.Globalization;
using System.Xml;
using Prosodia.Recognition;

namespace Prosodia.Formats;

/// <summary>
/// Recognized recordings in W3C EmotionML 1.0. A turn is an <c>emotion</c> with one <c>category</c> an emotion, whose
/// <c>confidence</c> is its probability, and a reference to its part of the recording as a media fragment. Source: W3C
/// Recommendation of 22 May 2014.
/// </summary>
public static class EmotionMl
{
    private const string Namespace = "http://www.w3.org/2009/10/emotionml",
        Vocabulary = "emotions";

    /// <summary>Writes a document; turns without speech have no emotion and are left out.</summary>
    public static void Write(TextWriter writer, IEnumerable<RecognitionResult> recordings, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        ArgumentNullException.ThrowIfNull(card);
        using var xml = XmlWriter.Create(writer, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        xml.WriteStartElement("emotionml", Namespace);
        xml.WriteAttributeString("version", "1.0");
        xml.WriteAttributeString("category-set", "#" + Vocabulary);
        xml.WriteElementString(
            "info",
            Namespace,
            $"Recognized by Prosodia, model {card.Name} (SHA-256 {card.Sha256}). How speech sounds, not what "
                + "someone feels."
        );
        xml.WriteStartElement("vocabulary", Namespace);
        xml.WriteAttributeString("type", "category");
        xml.WriteAttributeString("id", Vocabulary);
        foreach (var emotion in card.Emotions)
        {
            xml.WriteStartElement("item", Namespace);
            xml.WriteAttributeString("name", Name(emotion));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        foreach (var recording in recordings)
        foreach (var turn in recording.Segments.Where(t => t.Prediction.Probabilities.Count > 0))
            Write(xml, recording.Source, turn, card);
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, string source, EmotionSegment turn, ModelCard card)
    {
        xml.WriteStartElement("emotion", Namespace);
        xml.WriteAttributeString("expressed-through", "voice");
        string?[] info =
        [
            turn.Channel > 0 ? $"channel {turn.Channel}" : null,
            turn.Prediction.Reason is { } reason ? $"unsure: {reason}" : null,
            turn.AdaptedTo is { } adapted ? $"adapted to {adapted}" : null,
        ];
        if (info.Any(i => i is not null))
            xml.WriteElementString("info", Namespace, string.Join("; ", info.Where(i => i is not null)));
        foreach (var (i, emotion) in card.Emotions.Index())
        {
            xml.WriteStartElement("category", Namespace);
            xml.WriteAttributeString("name", Name(emotion));
            xml.WriteAttributeString(
                "confidence",
                turn.Prediction.Probabilities[i].ToString("0.0000", CultureInfo.InvariantCulture)
            );
            xml.WriteEndElement();
        }
        xml.WriteStartElement("reference", Namespace);
        var uri = FilePath.ToUri(source);
        xml.WriteAttributeString(
            "uri",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{uri}#t={turn.Start.TotalSeconds:0.000},{turn.End.TotalSeconds:0.000}"
            )
        );
        xml.WriteAttributeString("role", "expressedBy");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>An emotion as a name token, which has no spaces.</summary>
    private static string Name(string emotion) => XmlConvert.EncodeNmToken(emotion);
}

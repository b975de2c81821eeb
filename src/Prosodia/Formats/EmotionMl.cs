using System.Globalization;
using System.Xml;
using Prosodia.Recognition;

namespace Prosodia.Formats;

/// <summary>
/// Recognized recordings in W3C EmotionML 1.0. A turn is an <c>emotion</c> with one <c>category</c> an emotion, whose
/// <c>confidence</c> is its probability, a <c>dimension</c> for each number that the model predicts, and a reference to
/// its part of the recording as a media fragment. Source: W3C Recommendation of 22 May 2014.
/// </summary>
public static class EmotionMl
{
    private const string Namespace = "http://www.w3.org/2009/10/emotionml",
        Vocabulary = "emotions",
        DimensionVocabulary = "dimensions";

    /// <summary>Writes a document; turns without speech have no emotion and are left out.</summary>
    public static void Write(TextWriter writer, IEnumerable<RecognitionResult> recordings, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        ArgumentNullException.ThrowIfNull(card);
        using var xml = XmlWriter.Create(writer, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        xml.WriteStartElement("emotionml", Namespace);
        xml.WriteAttributeString("version", "1.0");
        xml.WriteAttributeString("category-set", "#" + Vocabulary);
        if (card.Dimensions is { Count: > 0 })
            xml.WriteAttributeString("dimension-set", "#" + DimensionVocabulary);
        xml.WriteElementString(
            "info",
            Namespace,
            $"Recognized by Prosodia, model {card.Name} (SHA-256 {card.Sha256}). How speech sounds, not what "
                + "someone feels."
        );
        WriteVocabulary(xml, "category", Vocabulary, card.Emotions);
        if (card.Dimensions is { Count: > 0 })
            WriteVocabulary(xml, "dimension", DimensionVocabulary, PredictionRow.DimensionNames(card));
        foreach (var recording in recordings)
        foreach (var turn in recording.Segments.Where(t => t.Prediction.Probabilities.Count > 0))
            Write(xml, recording.Source, turn, card);
        xml.WriteEndElement();
    }

    private static void WriteVocabulary(XmlWriter xml, string type, string id, IEnumerable<string> names)
    {
        xml.WriteStartElement("vocabulary", Namespace);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("id", id);
        foreach (var name in names)
        {
            xml.WriteStartElement("item", Namespace);
            xml.WriteAttributeString("name", Name(name));
            xml.WriteEndElement();
        }
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
        // dimensions go from 0 to 1 there: where between the lowest and the highest that the model predicts
        foreach (var dimension in (card.Dimensions ?? []).Where(d => turn.Prediction.Dimensions.ContainsKey(d.Name)))
        {
            xml.WriteStartElement("dimension", Namespace);
            xml.WriteAttributeString("name", Name(dimension.Name));
            xml.WriteAttributeString(
                "value",
                (
                    (turn.Prediction.Dimensions[dimension.Name] - dimension.Low) / (dimension.High - dimension.Low)
                ).ToString("0.0000", CultureInfo.InvariantCulture)
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

using System.Xml;
using System.Xml.Schema;
using Prosodia.Formats;
using Prosodia.Recognition;
using Prosodia.Reporting;
using Prosodia.Tests.Recognition;
using Xunit;

namespace Prosodia.Tests.Formats;

public sealed class TimelineFormatTests
{
    private static readonly ModelCard Card = Cards.For([], 3);

    private static readonly RecognitionResult Talk = new(
        "calls/my talk.wav",
        TimeSpan.FromSeconds(14.25),
        [
            new(
                TimeSpan.FromSeconds(0.5),
                TimeSpan.FromSeconds(2.75),
                1,
                new(PredictionStatus.Emotion, "angry", 0.8, [0.8, 0.15, 0.05])
            ),
            new(
                TimeSpan.FromSeconds(1.0),
                TimeSpan.FromSeconds(2.0),
                2,
                new(PredictionStatus.Unsure, "sad", 0.4, [0.3, 0.3, 0.4])
            ),
            new(TimeSpan.FromSeconds(3.0), TimeSpan.FromSeconds(4.0), 1, EmotionPrediction.NoSpeech),
            new(
                TimeSpan.FromSeconds(4.0),
                TimeSpan.FromSeconds(12.125),
                1,
                new(PredictionStatus.Emotion, "happy", 0.7, [0.1, 0.7, 0.2])
            ),
        ],
        IsTimeline: true,
        []
    );

    [Fact]
    public void Every_form_says_what_was_adapted_to()
    {
        var adapted = Talk with
        {
            Segments = [.. Talk.Segments.Select((s, i) => s with { AdaptedTo = $"a room, {i + 1} recordings" })],
        };
        using StringWriter xml = new(),
            grid = new(),
            subtitles = new();
        EmotionMl.Write(xml, [adapted], Card);
        Assert.Contains("<info>channel 1; adapted to a room, 1 recordings</info>", $"{xml}", StringComparison.Ordinal);
        TextGrid.Write(grid, adapted);
        Assert.Contains("\n! channel 1 adapted to a room, 4 recordings\n", $"{grid}", StringComparison.Ordinal);
        WebVtt.Write(subtitles, adapted);
        Assert.Contains(
            "\n\nNOTE channel 2 adapted to a room, 2 recordings\n\n",
            $"{subtitles}",
            StringComparison.Ordinal
        );
        var page = TimelinePage.Of(adapted, Card, null);
        Assert.Contains("Channel 1 adapted to a room, 4 recordings", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EmotionMl_obeys_the_rules_of_its_schema()
    {
        var text = new StringWriter();
        EmotionMl.Write(
            text,
            [Talk, Talk with { Segments = [] }],
            Card with
            {
                Emotions = ["angry", "happily surprised", "sad"],
            }
        );
        Assert.Empty(Violations(text.ToString()));
        Assert.Contains("calls/my%20talk.wav#t=0.500,2.750", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, text.ToString().Split("<emotion ").Length - 1); // not the one without speech
    }

    /// <summary>What in a document is against EmotionML's rules.</summary>
    private static List<string> Violations(string text)
    {
        var problems = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        settings.Schemas.Add(
            "http://www.w3.org/2009/10/emotionml",
            Path.Combine(AppContext.BaseDirectory, "golden", "emotionml-rules.xsd")
        );
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, e) => problems.Add(e.Message);
        using var reader = XmlReader.Create(new StringReader(text), settings);
        while (reader.Read()) { }
        return problems;
    }

    [Fact]
    public void Every_form_has_the_dimensions_of_the_model()
    {
        var card = Card with
        {
            Dimensions =
            [
                new("arousal", 1, 5, 100, "speaker-groups:6", 0.5, [0.4, 0.6], 0.8, 1.2),
                new("valence", 0, 1, 100, "speaker-groups:6", 0.5, [], 0.2, null),
            ],
        };
        var dimensions = new Dictionary<string, double> { ["arousal"] = 3.25, ["valence"] = 0.125 };
        var talk = Talk with
        {
            Segments =
            [
                .. Talk.Segments.Select(s =>
                    s.Prediction.Emotion.Length == 0
                        ? s
                        : s with
                        {
                            Prediction = s.Prediction with { Dimensions = dimensions },
                        }
                ),
            ],
        };
        using StringWriter xml = new(),
            grid = new(),
            subtitles = new();
        EmotionMl.Write(xml, [talk], card);
        Assert.Empty(Violations($"{xml}"));
        Assert.Contains("<dimension name=\"arousal\" value=\"0.5625\" />", $"{xml}", StringComparison.Ordinal);
        Assert.Contains("dimension-set=\"#dimensions\"", $"{xml}", StringComparison.Ordinal);
        TextGrid.Write(grid, talk);
        Assert.Contains("size = 6", $"{grid}", StringComparison.Ordinal); // three tiers of each channel
        Assert.Contains("name = \"arousal 1\"", $"{grid}", StringComparison.Ordinal);
        Assert.Contains("text = \"0.125\"", $"{grid}", StringComparison.Ordinal);
        WebVtt.Write(subtitles, talk);
        Assert.Contains("angry (80%) arousal 3.25, valence 0.13\n", $"{subtitles}", StringComparison.Ordinal);
        Assert.Equal(["arousal", "valence"], PredictionRow.Header(card).TakeLast(2));
        object?[] row = [.. PredictionRow.Of("a.wav", talk.Segments[0], card)];
        Assert.Equal([3.25, 0.125], row.TakeLast(2));
        Assert.Equal([null, null], PredictionRow.Of("a.wav", talk.Segments[2], card).TakeLast(2));
        Assert.Equal(0.125, PredictionRow.ToJson("a.wav", talk.Segments[0], card).Dimensions!["valence"]);
        Assert.Null(PredictionRow.ToJson("a.wav", talk.Segments[2], card).Dimensions);
        Assert.Contains("<th>valence</th>", TimelinePage.Of(talk, card, null), StringComparison.Ordinal);
        Assert.True(TimelinePlot.Of(talk, card).Length > TimelinePlot.Of(Talk, card).Length);
    }

    [Fact]
    public void A_TextGrid_comes_back_with_its_labels_and_tiers()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new StreamWriter(folder["talk.TextGrid"]))
            TextGrid.Write(writer, Talk);
        TestData.MatchSnapshot("talk.TextGrid", File.ReadAllText(folder["talk.TextGrid"]));
        Assert.Equal(
            [
                new("emotion 1", 0.5, 2.75, "angry"),
                new("emotion 1", 3, 4, "no speech"),
                new("emotion 1", 4, 12.125, "happy"),
                new("emotion 2", 1, 2, "unsure"),
            ],
            TextGrid.Read(folder["talk.TextGrid"])
        );
    }

    [Fact]
    public void A_TextGrid_with_quotes_is_read_and_other_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new StreamWriter(folder["a.TextGrid"]))
            TextGrid.Write(
                writer,
                Talk with
                {
                    Segments =
                    [
                        new(
                            TimeSpan.Zero,
                            TimeSpan.FromSeconds(1),
                            0,
                            new(PredictionStatus.Emotion, "so \"calm\"", 1, [1, 0, 0])
                        ),
                    ],
                }
            );
        Assert.Equal([new("emotion", 0, 1, "so \"calm\"")], TextGrid.Read(folder["a.TextGrid"]));
        File.WriteAllText(folder["b.TextGrid"], "hello");
        Assert.Contains(
            "is no TextGrid",
            Assert.Throws<InputException>(() => TextGrid.Read(folder["b.TextGrid"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WebVtt_shows_what_was_heard()
    {
        var text = new StringWriter();
        WebVtt.Write(text, Talk);
        TestData.MatchSnapshot("talk.vtt", text.ToString());
    }

    [Fact]
    public void A_page_and_its_pictures_show_something()
    {
        var page = TimelinePage.Of(Talk, Card, "my talk.wav");
        Assert.Contains("src=\"my%20talk.wav\"", page, StringComparison.Ordinal);
        Assert.Contains("Not for:", page, StringComparison.Ordinal);
        Assert.True(TimelinePlot.Of(Talk, Card).Length > 10_000);
        Assert.True(TimelinePlot.Of(Talk with { Segments = [] }, Card).Length > 5_000);
        var (both, first) = (
            TimelinePlot.Of(Talk, Card),
            TimelinePlot.Of(Talk with { Segments = [.. Talk.Segments.Where(t => t.Channel == 1)] }, Card)
        );
        Assert.Equal(2 * HeightOf(first), HeightOf(both)); // a panel a channel
        EmotionSegment[] day =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(i => new EmotionSegment(
                    TimeSpan.FromSeconds(4 * i),
                    TimeSpan.FromSeconds(4 * i + 3),
                    0,
                    Talk.Segments[0].Prediction
                )),
        ];
        Assert.InRange(
            TimelinePlot
                .Of(
                    Talk with
                    {
                        Segments = day,
                        Duration = TimeSpan.FromSeconds(80_000),
                        Peaks = new float[1_600_000],
                    },
                    Card
                )
                .Length,
            5_000,
            200_000
        );
    }

    /// <summary>Of a PNG, from its header.</summary>
    private static int HeightOf(byte[] png) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
}

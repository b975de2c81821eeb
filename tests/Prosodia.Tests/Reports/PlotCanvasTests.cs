using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Reports;
using Prosodia.KeySegments;
using SkiaSharp;
using Xunit;

namespace Prosodia.Tests.Reports;

public sealed class PlotCanvasTests
{
    [Theory]
    [InlineData(5_000)] // one segment
    [InlineData(40_000)]
    [InlineData(1_000_000)] // more segments than can be labeled
    public void Every_panel_of_an_utterance_has_something_in_it(int samples)
    {
        var view = View(samples);
        using var picture = SKBitmap.Decode(view.ToPng());
        Assert.Equal((1400, 1050), (picture.Width, picture.Height));
        Assert.All(
            [(0, 0, 1400, 350), (0, 350, 800, 330), (800, 350, 600, 330), (0, 680, 1400, 370)],
            panel => Assert.True(Ink(picture, panel) > 0.01, $"panel {panel} is blank")
        );
    }

    [Fact]
    public void A_sheet_has_four_a_row()
    {
        var view = View(40_000);
        using var sheet = SKBitmap.Decode(KeySegmentPlot.SheetToPng([.. Enumerable.Repeat(view, 6)]));
        Assert.Equal((1920, 640), (sheet.Width, sheet.Height));
        for (var i = 0; i < 8; i++)
            Assert.Equal(i < 6, Ink(sheet, (i % 4 * 480, i / 4 * 320, 480, 320)) > 0.01);
    }

    private static KeySegmentPlot View(int samples)
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(
            folder["a.wav"],
            [.. TestData.Sine(200, 16000, samples).Select((x, i) => x * MathF.Sin(i * 2e-4f))]
        );
        return KeySegmentPlot.Read(folder["a.wav"], default, "a.wav", new KeySegmentOptions());
    }

    /// <summary>The share of a rectangle's pixels that are not white.</summary>
    private static double Ink(SKBitmap picture, (int Left, int Top, int Width, int Height) part)
    {
        var inked = 0;
        for (var y = part.Top; y < part.Top + part.Height; y += 2)
        for (var x = part.Left; x < part.Left + part.Width; x += 2)
            if (picture.GetPixel(x, y) != SKColors.White)
                inked++;
        return 4.0 * inked / (part.Width * part.Height);
    }
}

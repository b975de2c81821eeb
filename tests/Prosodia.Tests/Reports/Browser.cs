using Microsoft.Playwright;
using Xunit;

namespace Prosodia.Tests.Reports;

/// <summary>The system's Chromium, which opens pages as a reader does.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string? Program = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
    }

    /// <summary>Opens a file; skips the test where there is no Chromium.</summary>
    /// <param name="file">The page.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="scheme">The reader's theme.</param>
    /// <param name="complaints">Gets what the page writes to the console and what it asks the network for.</param>
    public async Task<IPage> Open(string file, int width, ColorScheme scheme, ICollection<string> complaints)
    {
        Assert.SkipUnless(_browser is not null, "no Chromium on this system");
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 } });
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) complaints.Add(request.Url); };
        await page.GotoAsync("file://" + file);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

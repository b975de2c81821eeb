namespace Prosodia.Server;

/// <summary>Which model recognizes, and what the routes take on at most.</summary>
public record ProsodiaOptions
{
    /// <summary>
    /// A model that <c>prosodia train</c> wrote, with its card beside it, or the name of a bundled one; null for
    /// <c>prosodia</c>.
    /// </summary>
    public string? ModelPath { get; set; }

    /// <summary>
    /// Sources that requests may have recordings adapted to, by name: files that <c>prosodia adapt</c> or
    /// <see cref="Prosodia.Recognition.AdaptationProfile.Save"/> wrote.
    /// </summary>
    public IReadOnlyDictionary<string, string> Profiles { get; set; } = new Dictionary<string, string>();

    /// <summary>Folder in which recordings and their results are kept; null keeps nothing.</summary>
    public string? KeepDirectory { get; set; }

    /// <summary>Largest upload, in bytes.</summary>
    public long MaxUploadBytes { get; set; } = 64L << 20;

    /// <summary>Longest recording, and longest live stream.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest that a recording that has arrived may wait and be worked on.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Recordings that may wait.</summary>
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Live streams at once.</summary>
    public int MaxStreams { get; set; } = 16;
}

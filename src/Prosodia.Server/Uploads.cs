using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Prosodia.Server;

/// <summary>
/// Recordings that clients send: the whole body, or the one file of a form. Each is a file of its own until its request
/// ends.
/// </summary>
internal sealed class Uploads : IDisposable
{
    private const string FolderPrefix = "prosodia-serve-";
    private const int MaxName = 200,
        MaxSections = 16;

    private readonly DirectoryInfo _folder;

    public Uploads()
    {
        RemoveLeftOvers();
        // only its owner may look into it
        _folder = Directory.CreateTempSubdirectory($"{FolderPrefix}{Environment.ProcessId}-");
    }

    /// <summary>Files whose request hasn't ended.</summary>
    public int FilesHeld => _folder.GetFiles().Length;

    /// <summary>Receives the recording of a request.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, too slow, incomplete or no form.</exception>
    public async Task<Upload> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw new BadHttpRequestException(
                "Content-Encoding is not supported: send the recording as it is.",
                StatusCodes.Status415UnsupportedMediaType
            );
        var upload = new Upload(Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N")));
        try
        {
            var type = request.GetTypedHeaders().ContentType;
            if (type?.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
                await ReceiveFormAsync(request, type, upload, cancellationToken).ConfigureAwait(false);
            else
                await SaveAsync(request.Body, upload, cancellationToken).ConfigureAwait(false);
            return upload;
        }
        catch (Exception e)
        {
            upload.Dispose();
            if (e is InvalidDataException || (!cancellationToken.IsCancellationRequested && IsAboutTheRequest(e)))
                throw new BadHttpRequestException($"The request's body is damaged: {e.Message.TrimEnd('.')}.");
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task ReceiveFormAsync(
        HttpRequest request,
        MediaTypeHeaderValue type,
        Upload upload,
        CancellationToken cancellationToken
    )
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrWhiteSpace(boundary) || boundary.Length > 70)
            throw new BadHttpRequestException("The form's boundary is missing or too long.");
        var reader = new MultipartReader(boundary, request.Body);
        var files = 0;
        for (
            var sections = 0;
            await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section;
            sections++
        )
        {
            if (sections == MaxSections)
                throw new BadHttpRequestException($"The form has more than {MaxSections} parts.");
            if (
                !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                || !(disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
            )
                continue;
            if (++files > 1)
                throw new BadHttpRequestException(
                    "The form holds more than one file: send each in a request of its own."
                );
            upload.Name = Clean(
                disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : disposition.FileName.Value
            );
            await SaveAsync(section.Body, upload, cancellationToken).ConfigureAwait(false);
        }
        if (files == 0)
            throw new BadHttpRequestException(
                "The form holds no file: send the recording as the field \"file\", with a file name."
            );
    }

    private static async Task SaveAsync(Stream body, Upload upload, CancellationToken cancellationToken)
    {
        var file = File.Create(upload.Path);
        await using (file.ConfigureAwait(false))
            await body.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A file's name without folders and whatever can't be shown.</summary>
    private static string Clean(string? name)
    {
        var shown = new string([
            .. Path.GetFileName((name ?? "").Trim('"').Replace('\\', '/'))
                .Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c != '�'),
        ]).Trim();
        return shown.Length == 0 ? Upload.Unnamed
            : shown.Length > MaxName ? shown[..MaxName]
            : shown;
    }

    /// <summary>The multipart reader says so with an IOException; a full disk is another matter.</summary>
    private static bool IsAboutTheRequest(Exception e) =>
        e.GetType() == typeof(IOException) && e.HResult == new IOException().HResult;

    /// <summary>What servers left that were killed.</summary>
    private static void RemoveLeftOvers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                if (
                    int.TryParse(Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0], out var process)
                    && !Runs(process)
                )
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // someone else's
            }
        }
    }

    private static bool Runs(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>A recording that a client sent.</summary>
/// <param name="path">The file, which is deleted with this.</param>
internal sealed class Upload(string path) : IDisposable
{
    public const string Unnamed = "recording";

    public string Path => path;

    /// <summary>What the client calls it.</summary>
    public string Name { get; set; } = Unnamed;

    public void Dispose() => File.Delete(path);
}

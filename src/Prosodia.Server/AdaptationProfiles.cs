using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>What requests may have recordings adapted to: <c>?adapt=NAME</c>, or <c>?adapt=stream</c>.</summary>
internal sealed class AdaptationProfiles
{
    private const string Stream = "stream";

    private readonly Dictionary<string, Adaptation> _profiles = [];

    /// <exception cref="InputException">A profile cannot be used with the model.</exception>
    public AdaptationProfiles(RecognitionEngine recognizer, ProsodiaOptions options)
    {
        foreach (var (name, file) in options.Profiles)
            _profiles[name] =
                name == Stream
                    ? throw new InputException(name, "names what came before in a recording", "Choose another name")
                    : recognizer.AdaptationTo(AdaptationProfile.Open(file));
    }

    /// <summary>The names of the profiles.</summary>
    public IEnumerable<string> Names => _profiles.Keys.Order(StringComparer.Ordinal);

    /// <summary>Finds what a request asks for.</summary>
    /// <param name="name">Its name; null for nothing.</param>
    /// <param name="separate">Whether channels are kept apart.</param>
    /// <param name="found">What was found; null for nothing.</param>
    /// <param name="problem">The answer where there is no such profile.</param>
    public bool TryFind(string? name, bool separate, out Adaptation? found, [NotNullWhen(false)] out IResult? problem)
    {
        found = name switch
        {
            null => null,
            Stream => Adaptation.Running(separate),
            _ => _profiles.GetValueOrDefault(name),
        };
        problem =
            name is null || found is not null
                ? null
                : Results.Problem(
                    $"There is no such profile. Choose one of: {string.Join(", ", [Stream, .. Names])}.",
                    statusCode: StatusCodes.Status400BadRequest
                );
        return problem is null;
    }
}

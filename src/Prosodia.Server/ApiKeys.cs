using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Prosodia.Server;

/// <summary>
/// The keys that a server takes: <c>Authorization: Bearer KEY</c>, or KEY as the password of Basic authentication,
/// which browsers ask for by themselves. Only their hashes are kept, and they are compared in constant time.
/// </summary>
internal sealed class ApiKeys
{
    /// <summary>Fewer characters can be guessed.</summary>
    public const int MinKeyLength = 16;

    private readonly byte[][] _hashes;

    private ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(Hash)];

    /// <summary>None: everyone may.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>Whether there are any.</summary>
    public bool Any => _hashes.Length > 0;

    /// <summary>Reads keys from a file, one a line; empty lines and those that begin with # are left out.</summary>
    /// <exception cref="InputException">The file cannot be read, holds no key, or one that is too short.</exception>
    public static ApiKeys Read(string file)
    {
        try
        {
            string[] keys = [.. File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];
            if (keys.Length == 0)
                throw new InputException(
                    file,
                    "holds no key",
                    "Write one a line, for example with: openssl rand -hex 24"
                );
            if (keys.Index().FirstOrDefault(k => k.Item.Length < MinKeyLength) is { Item: not null } weak)
                throw new InputException(
                    file,
                    $"key {weak.Index + 1} has {weak.Item.Length} characters",
                    $"Use at least {MinKeyLength}, for example from: openssl rand -hex 24"
                );
            return new ApiKeys(keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    /// <summary>Whether an Authorization header holds a key; where there are no keys, everyone may.</summary>
    /// <param name="authorization">The header.</param>
    public bool Allow(string? authorization)
    {
        if (!Any)
            return true;
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Parameter is not { } parameter)
            return false;
        var given = Hash(
            header.Scheme.ToUpperInvariant() switch
            {
                "BEARER" => parameter,
                "BASIC" => Password(parameter),
                _ => "",
            }
        );
        var known = false;
        foreach (var hash in _hashes)
            known |= CryptographicOperations.FixedTimeEquals(hash, given); // all of them, whichever fits
        return known;
    }

    private static string Password(string base64)
    {
        var bytes = new byte[base64.Length];
        return
            Convert.TryFromBase64String(base64, bytes, out var count)
            && Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) is [_, var password]
            ? password
            : "";
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

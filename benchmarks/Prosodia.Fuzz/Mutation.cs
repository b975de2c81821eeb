namespace Prosodia.Fuzz;

/// <summary>Damages bytes as disks, networks and ill will do.</summary>
internal static class Mutation
{
    private static readonly byte[][] Tokens =
    [
        [0],
        [0xff],
        [0x7f, 0xff, 0xff, 0xff],
        [0xff, 0xff, 0xff, 0x7f],
        [0xff, 0xff, 0xff, 0xff],
        [0, 0, 0, 0x80],
        "\""u8.ToArray(),
        "\n"u8.ToArray(),
        "\r"u8.ToArray(),
        ","u8.ToArray(),
        "{"u8.ToArray(),
        "["u8.ToArray(),
        "-1"u8.ToArray(),
        "1e999"u8.ToArray(),
        "NaN"u8.ToArray(),
        "null"u8.ToArray(),
        "99999999999999999999"u8.ToArray(),
        "../"u8.ToArray(),
        "\u202e"u8.ToArray(),
        [0xef, 0xbb, 0xbf],
        [0xff, 0xfe],
        [0xc0, 0x80],
        "data"u8.ToArray(),
        "fmt "u8.ToArray(),
        "RIFF"u8.ToArray(),
    ];

    /// <summary>A damaged copy of one of some seeds; now and then of two of them.</summary>
    public static byte[] Of(IReadOnlyList<byte[]> seeds, Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (var times = 1 << random.Next(5); times > 0; times--)
        {
            var at =
                bytes.Count == 0 ? 0
                : random.Next(2) == 0 ? random.Next(Math.Min(64, bytes.Count))
                : random.Next(bytes.Count);
            switch (bytes.Count == 0 ? 3 : random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 17), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 65), bytes.Count - at)));
                    break; // twice
                case 5:
                    var token = Tokens[random.Next(Tokens.Length)];
                    for (var i = 0; i < token.Length && at + i < bytes.Count; i++)
                        bytes[at + i] = token[i];
                    break;
                case 6:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    var other = seeds[random.Next(seeds.Count)];
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.AddRange(other.AsSpan(Math.Min(at, other.Length)));
                    break;
            }
        }
        return [.. bytes];
    }
}

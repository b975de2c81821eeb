using System.Globalization;
using System.Text;

namespace Prosodia.Load;

/// <summary>
/// Requests that nobody sends in good faith, endlessly varied: what is damaged, oversized, mislabeled, or meant to
/// deceive.
/// </summary>
internal sealed class HostileUploads(byte[] wav, int seed)
{
    private static readonly string[] Magics =
    [
        "RIFF",
        "RF64",
        "ID3\u0003",
        "OggS",
        "fLaC",
        "\u001aEߣ",
        "\0\0\0\u0018ftypmp42",
        "FORM",
        ".snd",
        "#!AMR\n",
        "PK\u0003\u0004",
        "\u001f\u008b",
        "BZh9",
        "caff",
        "MThd",
        "wvpk",
        "ADIF",
        "0&²u",
        "#EXTM3U\nfile:///etc/passwd\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
    ];

    private static readonly string[] Names =
    [
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/shadow",
        "a\0b.wav",
        "a\r\nX-Injected: 1.wav",
        new string('x', 5000),
        "\u202egnp.wav",
        "CON",
        "",
        ".",
        "|id",
        "-rf",
        "<script>alert(1)</script>",
        "%2e%2e%2f",
        "file:///etc/passwd",
        "a;b'c\"d`e$(f)",
    ];

    private static readonly string[] Heads =
    [
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Content-Encoding: gzip\r\nContent-Length: 4",
        "X-A: b\rc\r\nContent-Length: 0",
        "X A: b\r\nContent-Length: 0",
        ": b\r\nContent-Length: 0",
        "Expect: 200-maybe\r\nContent-Length: 0",
        "Content-Type: multipart/form-data\r\nContent-Length: 4",
        "Accept: \"\r\nContent-Length: 0",
        "Content-Length: 0\r\nRange: bytes=0-99999999999",
        "Cookie: " + "a=b; ",
        "X-Forwarded-For: 1.2.3.4, \0\r\nContent-Length: 0",
        "Host: other\r\nContent-Length: 0",
        "Origin: https://elsewhere.example\r\nContent-Length: 0",
        "Authorization: Basic !!\r\nContent-Length: 0",
        "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 0",
    ];

    private readonly Random _random = new(seed);

    /// <summary>
    /// The next one: the bytes of a request, and whether the client then stops sending in the middle.
    /// </summary>
    public (string Kind, byte[] Bytes) Next()
    {
        var kinds = new (string, Func<byte[]>)[]
        {
            ("flipped bits", () => Post(Flipped(wav))),
            ("damaged header", () => Post(DamagedHeader())),
            ("cut off", () => Post(wav[.._random.Next(wav.Length)])),
            ("declared sizes", () => Post(DeclaredSizes())),
            (
                "body shorter than said",
                () =>
                    [
                        .. Latin(
                            "POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                + $"{_random.Next(1000, 1 << 20)}\r\n\r\n"
                        ),
                        .. wav[..500],
                    ]
            ),
            (
                "body larger than allowed",
                () =>
                    Latin(
                        "POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                            + $"{_random.NextInt64(1L << 27, 1L << 60)}\r\n\r\n"
                    )
            ),
            ("another kind of file", () => Post(Disguised())),
            ("XML bomb", () => Post(Latin(XmlBomb(_random.Next(3, 12))))),
            ("zip bomb", () => Post(ZipBomb())),
            ("name", () => Form(Flipped(wav), Names[_random.Next(Names.Length)])),
            ("damaged form", () => DamagedForm()),
            ("header", () => BadHeader()),
            ("chunks", () => BadChunks()),
            ("query", () => Query()),
            ("method and path", () => MethodAndPath()),
            ("frames", () => Frames()),
            ("noise", () => Noise(_random.Next(1, 4000))),
        };
        var (kind, make) = kinds[_random.Next(kinds.Length)];
        return (kind, make());
    }

    private byte[] Flipped(byte[] bytes)
    {
        var copy = (byte[])bytes.Clone();
        for (var i = _random.Next(1, 40); i > 0; i--)
            copy[_random.Next(4) == 0 ? _random.Next(60) : _random.Next(copy.Length)] ^= (byte)(1 << _random.Next(8));
        return copy;
    }

    private byte[] DamagedHeader()
    {
        var copy = (byte[])wav.Clone();
        for (var i = _random.Next(1, 8); i > 0; i--)
            copy[_random.Next(44)] = (byte)_random.Next(256);
        return copy;
    }

    private byte[] DeclaredSizes()
    {
        var copy = (byte[])wav.Clone();
        uint[] values = [0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 65535, (uint)_random.Next()];
        int[] places = [4, 16, 22, 24, 28, 32, 40];
        for (var i = _random.Next(1, 4); i > 0; i--)
            BitConverter.TryWriteBytes(
                copy.AsSpan(places[_random.Next(places.Length)]),
                values[_random.Next(values.Length)]
            );
        return copy;
    }

    private byte[] Disguised() => [.. Latin(Magics[_random.Next(Magics.Length)]), .. Noise(_random.Next(0, 3000))];

    private static string XmlBomb(int depth)
    {
        var entities = Enumerable
            .Range(1, depth)
            .Select(i => $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">");
        return $"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"x\">{string.Concat(entities)}"
            + $"<!ENTITY f SYSTEM \"file:///etc/passwd\">]><MPD>&e{depth};&f;</MPD>";
    }

    private byte[] ZipBomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(new byte[_random.Next(1, 8) << 20]);
        return packed.ToArray();
    }

    private byte[] DamagedForm()
    {
        var form = Form(wav[.._random.Next(1, 2000)], "a.wav", parts: _random.Next(3) == 0 ? 40 : _random.Next(3));
        var end = form.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        for (var i = _random.Next(1, 20); i > 0; i--)
            form[_random.Next(end, form.Length)] = (byte)_random.Next(256);
        return form;
    }

    private byte[] BadHeader()
    {
        var head = Heads[_random.Next(Heads.Length)];
        var more = _random.Next(6) == 0 ? "\r\nX-Long: " + new string('y', _random.Next(50_000)) : "";
        return Latin($"POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\n{head}{more}\r\n\r\nabcd");
    }

    private byte[] BadChunks()
    {
        string[] chunks =
        [
            "zz\r\nabcd\r\n0\r\n\r\n",
            "ffffffffffffffff\r\nabcd",
            "-1\r\n",
            "4\r\nabcdefgh\r\n0\r\n\r\n",
            "4;ext=\"\r\nabcd\r\n0\r\n\r\n",
            "0\r\nX-Trailer: 1\r\n\r\n",
            "4\r\nabcd\r\n",
            "\r\n\r\n",
        ];
        return Latin(
            "POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + $"{chunks[_random.Next(chunks.Length)]}"
        );
    }

    private byte[] Query()
    {
        string[] queries =
        [
            "details=maybe",
            "per_channel=2",
            "details=true&details=false",
            "details[]=1",
            "%00",
            "details=true&per_channel=true",
            new string('q', 7000),
            "=&=&=",
            "details=%ff%fe",
        ];
        return Post(wav[.._random.Next(wav.Length)], queries[_random.Next(queries.Length)]);
    }

    private byte[] MethodAndPath()
    {
        string[] methods =
        [
            "GET",
            "PUT",
            "DELETE",
            "PATCH",
            "TRACE",
            "CONNECT",
            "OPTIONS",
            "X" + new string('M', 50),
            "post",
        ];
        string[] paths =
        [
            "/v1/recognitions",
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "//v1//models",
            "/v1/models?" + new string('a', 3000),
            "/page.js/../../",
            "/\0",
            "*",
            "http://other/v1/models",
            "/v1/stream?rate=99999999999999999999",
            "/v1/stream?channels=-1",
            "/openapi/../v1.json",
            "/metrics/x",
        ];
        return Latin(
            $"{methods[_random.Next(methods.Length)]} {paths[_random.Next(paths.Length)]} "
                + $"HTTP/1.{_random.Next(3)}\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        );
    }

    /// <summary>A live stream with damaged or countless frames.</summary>
    private byte[] Frames()
    {
        var request = Latin(
            "GET /v1/stream?rate=16000 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
                + "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        byte[] frame = _random.Next(6) switch
        {
            0 => [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4], // 2^63 - 1 bytes
            1 => [.. Enumerable.Repeat<byte[]>([0x89, 0x80, 0, 0, 0, 0], 3000).SelectMany(f => f)], // pings
            2 => [.. Enumerable.Repeat<byte[]>([0x82, 0x80, 0, 0, 0, 0], 3000).SelectMany(f => f)], // empty messages
            // noise as samples
            3 => [0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0, .. Noise(65535), 0x81, 0x83, 0, 0, 0, 0, .. "end"u8],
            4 => [0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, .. Noise(4096)], // text that is none
            _ => Noise(_random.Next(1, 3000)),
        };
        return [.. request, .. frame];
    }

    private byte[] Noise(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Post(byte[] body, string query = "details=true") =>
        [
            .. Latin(
                $"POST /v1/recognitions?{query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + $"{body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"
            ),
            .. body,
        ];

    private static byte[] Form(byte[] file, string name, int parts = 0)
    {
        const string boundary = "----boundary";
        byte[] body =
        [
            .. Enumerable
                .Range(0, parts)
                .SelectMany(i => Latin($"--{boundary}\r\nContent-Disposition: form-data; name=\"p{i}\"\r\n\r\nx\r\n")),
            .. Latin(
                $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n"
                    + "Content-Type: audio/wav\r\n\r\n"
            ),
            .. file,
            .. Latin($"\r\n--{boundary}--\r\n"),
        ];
        return
        [
            .. Latin(
                "POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; "
                    + $"boundary={boundary}\r\nContent-Length: {body.Length}\r\n\r\n"
            ),
            .. body,
        ];
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}

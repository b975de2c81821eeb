using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Weights;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Formats;
using Prosodia.Recognition;

namespace Prosodia.Fuzz;

/// <summary>Something that reads what users give it.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Extension">The ending of its files.</param>
/// <param name="Seeds">Files that it reads.</param>
/// <param name="Read">Reads a file in a folder of its own.</param>
internal sealed record Reader(string Name, string Extension, byte[][] Seeds, Action<string> Read)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Reader> All { get; } =
    [
        new(
            "WAV",
            ".wav",
            [
                Wav(1, 16, 1, 16_000),
                Wav(3, 32, 2, 44_100),
                Wav(7, 8, 1, 8_000),
                Wav(1, 24, 2, 48_000),
                Wav(0xfffe, 16, 1, 22_050),
            ],
            file => Listen(file, separate: false)
        ),
        new(
            "WAV, channels apart",
            ".wav",
            [Wav(1, 16, 2, 16_000), Wav(3, 64, 3, 11_025)],
            file => Listen(file, separate: true)
        ),
        .. Encoded() is { Length: > 0 } encoded
            ? new Reader[] { new("ffmpeg", ".audio", encoded, file => Hear(AudioStream.Open(file))) { OneIn = 100 } }
            : [],
        new(
            "manifest",
            ".csv",
            Texts(
                "path,speaker,sex,emotion\na.wav,1,female,sad\nb/c.wav,2,male,\"very, happy\"\n",
                "emotion;path;speaker\nangry;x.wav;03\n",
                "path\tspeaker\temotion\nä.wav\tß\tneutral\n"
            ),
            file => Manifest.Read(file)
        ),
        new("folds", ".csv", Texts("fold,speaker\n1,01\n1,02\n2,03\n"), file => SpeakerFolds.Read(file)),
        new(
            "labels",
            ".csv",
            Texts("emotion,label\nhappy,glad\nsad,sad\n", "corpus,emotion,label\na,happy,glad\n"),
            file => LabelMap.Read(file)
        ),
        new(
            "checksums",
            ".sha256",
            Texts($"{new string('a', 64)}  a/b.wav\n{new string('0', 64)} *c.wav\n"),
            file => ChecksumList.Read(file, _ => true)
        ),
        new(
            "annotations",
            ".csv",
            Texts(
                "path,channel,start_s,end_s,speaker,answer,emotion,probability,angry,sad\n"
                    + "a.wav,0,0.5,2,x,sad,sad,0.9,0.1,0.9\n"
            ),
            file => AnnotationList.Read(file)
        ),
        new(
            "TextGrid",
            ".TextGrid",
            Texts(
                "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 2\ntiers? <exists>\n"
                    + "size = 1\nitem []:\n    item [1]:\n        class = \"IntervalTier\"\n        name = "
                    + "\"emotion\"\n        xmin = 0\n        xmax = 2\n        intervals: size = 1\n        intervals "
                    + "[1]:\n            xmin = 0\n            xmax = 2\n            text = \"sad\"\n"
            ),
            file => TextGrid.Read(file)
        ),
        new("model's card", ".json", [Box("prosodia.json")], file => ModelCard.Parse(File.ReadAllText(file), file)),
        new(
            "model",
            ".onnx",
            [Box("prosodia.onnx")[..4096]],
            file =>
                EmotionModel
                    .Open(File.ReadAllBytes(file), Encoding.UTF8.GetString(Box("prosodia.json")), file)
                    .Dispose()
        )
        {
            SeedsAreRead = false,
        },
        new(
            "encoder's card",
            ".json",
            Texts(
                """
                {"name":"a","sha256":"0","pretrained":true,"source":"b","source_sha256":"","source_format":"ONNX",
                "imported":"2026-11-23"}
                """
            ),
            file => EncoderCard.Read(file)
        ),
        new("ONNX", ".onnx", [Onnx()], file => OnnxModel.Read(file)),
        new("ONNX Runtime", ".onnx", [Waves()], file => new SegmentEncoder(file).Dispose()) { OneIn = 20 },
        new("weights", ".pth", [Checkpoint(), Tensors(), Onnx()], file => WeightsFile.ToOnnx(file))
        {
            SeedsAreRead = false,
        },
        new("cache", ".measurements", [Measured()], ReadCache) { OneIn = 5 },
        new("results", "", [Results()], file => FinishedRun.Read(Path.GetDirectoryName(file)!))
        {
            FileName = "results.json",
        },
        new(
            "predictions",
            "",
            Texts("path,speaker,truth,predicted,p_happy,p_sad\na.wav,1,sad,sad,0.25,0.75\n"),
            file =>
            {
                File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(file)!, "results.json"), Results());
                FinishedRun.Read(Path.GetDirectoryName(file)!).ReadPredictions();
            }
        )
        {
            FileName = "predictions.csv",
        },
    ];

    /// <summary>Whether its seeds can be read as they are.</summary>
    public bool SeedsAreRead { get; init; } = true;

    /// <summary>What its file is called, where that matters.</summary>
    public string? FileName { get; init; }

    /// <summary>Of how many cases it has one, because each takes long.</summary>
    public int OneIn { get; init; } = 1;

    /// <summary>From memory, where what doesn't begin as WAV is no matter for ffmpeg.</summary>
    private static void Listen(string file, bool separate) =>
        Hear(AudioStream.Open(new MemoryStream(File.ReadAllBytes(file)), file, separate: separate));

    private static void Hear(AudioStream opened)
    {
        using var stream = opened;
        while (stream.Read() is not null)
        {
            // to its end
        }
        _ = stream.Warnings;
    }

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static byte[] Box(string name)
    {
        using var stream = typeof(EmotionModel).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Wav(ushort tag, ushort bits, ushort channels, uint rate)
    {
        const int frames = 50;
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var (size, extended) = (frames * channels * bits / 8, tag == 0xfffe);
        writer.Write("RIFF"u8);
        writer.Write(size + (extended ? 60 : 36));
        writer.Write("WAVEfmt "u8);
        writer.Write(extended ? 40 : 16);
        writer.Write(tag);
        writer.Write(channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write(bits);
        if (extended)
        {
            writer.Write((ushort)22);
            writer.Write(bits);
            writer.Write(4);
            writer.Write([1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]); // the GUID of PCM
        }
        writer.Write("data"u8);
        writer.Write(size);
        for (var i = 0; i < size; i++)
            writer.Write((byte)(bits >= 32 ? 0x3c : i * 37));
        return stream.ToArray();
    }

    /// <summary>A tenth of a second in formats that are read through ffmpeg; none where that isn't installed.</summary>
    private static byte[][] Encoded()
    {
        var folder = Directory.CreateTempSubdirectory("prosodia-fuzz-").FullName;
        try
        {
            return
            [
                .. new[] { "flac", "mp3", "ogg", "m4a", "aiff", "webm" }
                    .Select(format => Path.Combine(folder, "a." + format))
                    .Where(Encode)
                    .Select(File.ReadAllBytes),
            ];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static bool Encode(string file)
        {
            using var process = Process.Start(
                new ProcessStartInfo(
                    "ffmpeg",
                    ["-v", "quiet", "-nostdin", "-f", "lavfi", "-i", "sine=duration=0.1", file]
                )
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }

    private static byte[] Results() =>
        Encoding.UTF8.GetBytes(
            """
            {"protocol":"leave-one-speaker-out","corpus":"a","model":"acoustic","seed":1,"classes":["happy","sad"],
            "folds":[],"pooled":{"wa":0.5,"ua":0.5,"recall":0.5,"precision":0.5,"f1":0.5,"confusion":[[1,1],[1,1]]}}
            """
        );

    private static byte[] Onnx()
    {
        var model = OnnxModel.Create(("input", [null, 4]), ("output", [null, 2]));
        model.Graph.Constant<float>("weights", [1, 2, 3, 4, 5, 6, 7, 8], 4, 2);
        model.Graph.Operator("MatMul", "output", ["input", "weights"]);
        return model.ToByteArray();
    }

    /// <summary>An encoder of waveforms: a convolution over samples, and its mean.</summary>
    private static byte[] Waves()
    {
        var model = OnnxModel.Create(("samples", [null, null]), ("frames", [null, null, 1]));
        var axis = model.Graph.Constant<long>("axis", [1], 1);
        model.Graph.Operator(
            "Conv",
            "convolved",
            [
                model.Graph.Operator("Unsqueeze", "channel", ["samples", axis]),
                model.Graph.Constant<float>("w", [0.5f, -0.5f, 1, 2], 1, 1, 4),
            ],
            ("kernel_shape", [4]),
            ("strides", [320])
        );
        model.Graph.Operator("Transpose", "frames", ["convolved"], ("perm", [0, 2, 1]));
        return model.ToByteArray();
    }

    private static Measurement Example =>
        new(
            [
                [1, 2, 3],
                [4],
            ],
            1.5,
            ["odd"]
        );

    private static byte[] Measured() => new MeasurementShards().Bytes([KeyValuePair.Create("recording", Example)]);

    /// <summary>
    /// Puts a file in the place of the one that a cache wrote, which must drop it unless it is the same.
    /// </summary>
    private static void ReadCache(string file)
    {
        var root = Path.Combine(Path.GetDirectoryName(file)!, "cache");
        FeatureCache<Measurement> Open() => new(root, "", new MeasurementShards());
        using (var first = Open())
        {
            if (!first.Contains("recording"))
                first.Add("recording", Example);
            first.Flush();
        }
        File.Copy(
            file,
            Directory.GetFiles(root, "*.measurements", SearchOption.AllDirectories).Single(),
            overwrite: true
        );
        using var again = Open();
        if (again.Contains("recording") != File.ReadAllBytes(file).AsSpan().SequenceEqual(Measured()))
            throw new InvalidOperationException("a damaged shard was taken for whole");
        if (!again.Contains("recording"))
            throw new InvalidDataException("dropped");
        again.Get("recording");
    }

    private static byte[] Tensors()
    {
        var header = Encoding.UTF8.GetBytes(
            """{"conv1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"format":"pt"}}"""
        );
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[16]];
    }

    /// <summary>
    /// A state dict of one tensor as torch.save writes it: a zip of a pickle (protocol 2) and the numbers.
    /// </summary>
    private static byte[] Checkpoint()
    {
        static byte[] Word(string text) =>
            [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)];
        static byte[] Global(string module, string name) =>
            [(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")];
        byte[] pickle =
        [
            0x80,
            2,
            (byte)'}',
            (byte)'(',
            .. Word("conv1.weight"),
            .. Global("torch._utils", "_rebuild_tensor_v2"),
            (byte)'(',
            (byte)'(',
            .. Word("storage"),
            .. Global("torch", "FloatStorage"),
            .. Word("0"),
            .. Word("cpu"),
            (byte)'K',
            4,
            (byte)'t',
            (byte)'Q',
            (byte)'K',
            0,
            (byte)'K',
            2,
            (byte)'K',
            2,
            0x86,
            (byte)'K',
            2,
            (byte)'K',
            1,
            0x86,
            0x89,
            .. Global("collections", "OrderedDict"),
            (byte)')',
            (byte)'R',
            (byte)'t',
            (byte)'R',
            (byte)'u',
            (byte)'.',
        ];
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (
                var (name, bytes) in new[]
                {
                    ("archive/data.pkl", pickle),
                    ("archive/data/0", new byte[16]),
                    ("archive/version", "3\n"u8.ToArray()),
                }
            )
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}

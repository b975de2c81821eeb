using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Encoders;

namespace Prosodia.Cli.Commands;

/// <summary><c>weights</c>: the encoders with learned weights.</summary>
internal static class WeightsCommand
{
    public static Command Create() =>
        new Verb(
            "weights",
            "Imports and checks the weights of encoders.",
            """
            prosodia weights import resnet101-63fe2227.pth
            prosodia weights import model.safetensors --name timm-a1h
            prosodia weights list
            prosodia weights verify
            """
        )
        {
            Import(),
            List(),
            Verify(),
        };

    private static Verb Import()
    {
        var file = new Argument<string>("FILE")
        {
            Description =
                "A ResNet-18, 34, 50, 101 or 152: a .pth of PyTorch, a .safetensors with the names of torchvision or "
                + "timm, or an ONNX classifier",
        };
        var name = new Option<string?>("--name")
        {
            HelpName = "NAME",
            Description = "What to call it (default: the file's name)",
        };
        name.Validators.Add(r =>
        {
            if (r.Tokens is [var n] && n.Value.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
                r.AddError("--name must be a plain name.");
        });
        var command = new Verb(
            "import",
            "Makes an encoder out of a weights file and keeps it in your model folder.",
            """
            prosodia weights import resnet101-63fe2227.pth
            prosodia weights import model.safetensors --name timm-a1h
            """
        )
        {
            file,
            name,
        };
        command.SetAction(arguments =>
        {
            var folder = EncoderStore.OfUser();
            var card = folder.Import(arguments.GetValue(file)!, arguments.GetValue(name));
            Console.WriteLine(
                $"{card.Name}: {card.Architecture} from {card.SourceFormat} file {card.Source} "
                    + $"(SHA-256 {card.SourceSha256})"
            );
            Console.WriteLine($"kept as {folder.FileOf(card.Name)} (SHA-256 {card.Sha256})");
            return ExitCode.Done;
        });
        return command;
    }

    private static Verb List()
    {
        var json = CommonOptions.Json();
        var command = new Verb("list", "Lists the encoders in your model folder.", "prosodia weights list") { json };
        command.SetAction(arguments =>
        {
            var folder = EncoderStore.OfUser();
            var cards = folder.List();
            if (arguments.GetValue(json))
                Terminal.PrintJson(cards);
            else if (cards.Count == 0)
                Console.WriteLine(
                    $"no weights in {folder.Path}; the pretrained ResNet-18 is fetched when it is needed, "
                        + "docs/weights.md says where others are"
                );
            else
                foreach (var card in cards)
                    Console.WriteLine(
                        $"{card.Name}  {(card.Pretrained ? "from" : "not pretrained, from")} {card.Source}, "
                            + $"imported {card.Imported}, SHA-256 {card.Sha256}"
                    );
            return ExitCode.Done;
        });
        return command;
    }

    private static Verb Verify()
    {
        var command = new Verb(
            "verify",
            "Checks that every encoder is still the file that was imported.",
            "prosodia weights verify"
        );
        command.SetAction(_ =>
        {
            var folder = EncoderStore.OfUser();
            var altered = 0;
            foreach (var card in folder.List())
            {
                var unaltered = folder.IsUnaltered(card);
                Console.WriteLine($"{card.Name}: {(unaltered ? "unaltered" : "ALTERED OR MISSING; import it again")}");
                if (!unaltered)
                    altered++;
            }
            return altered == 0 ? ExitCode.Done : ExitCode.UnusableInput;
        });
        return command;
    }
}

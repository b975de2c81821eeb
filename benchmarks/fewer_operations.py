"""Encoders that need fewer operations than ResNet-101, with random weights, as ONNX: for docs/experiments.md.

  fewer_operations.py FOLDER
Batch norms have seen noise that is as loud as log spectrograms are. Needs torch and torchvision.
"""
import sys

import torch
import torchvision

MEAN, DEVIATION = -8.0, 2.0  # of log spectrograms of speech


class Encoder(torch.nn.Module):
    def __init__(self, make, bins):
        super().__init__()
        self.network, self.bins = make(), bins
        self.network.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)

    def forward(self, spectrogram):
        return self.network(spectrogram[:, :, :self.bins])


for name, make, bins in [
    ("resnet101", torchvision.models.resnet101, 257),
    ("resnet101-4khz", torchvision.models.resnet101, 129),
    ("resnet101-2khz", torchvision.models.resnet101, 65),
    ("resnet50", torchvision.models.resnet50, 257),
    ("resnet18", torchvision.models.resnet18, 257),
]:
    torch.manual_seed(1)
    encoder = Encoder(make, bins)
    noise = MEAN + DEVIATION * torch.randn(16, 1, 257, 63)
    with torch.no_grad():
        for _ in range(8):
            encoder(noise)
    encoder.eval()
    torch.onnx.export(
        encoder,
        noise[:1],
        f"{sys.argv[1]}/{name}.onnx",
        input_names=["spectrogram"],
        output_names=["features"],
        dynamic_axes={"spectrogram": {0: "N"}, "features": {0: "N"}},
    )

#!/usr/bin/env python3
"""Writes fine_tuning.json: one training step of a ResNet-18 with the BiLSTM, as PyTorch computes it.

Weights and inputs come from the integer formula that DeterministicWeights has. Needs torch and torchvision.
"""
import json
import pathlib

import numpy as np
import torch
import torchvision

LENGTHS, LABELS, CLASSES = [9, 7], [1, 3], 4
RATE, DECAY, SMOOTHING, LAST_STAGE, SLOWER = 1e-3, 1e-4, 0.1, 0.05, 2.6
SHOWN = 32


def fill(count, tensor):
    x = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(tensor * 40503 % 2**32)
    for _ in range(2):
        x ^= x >> np.uint32(16)
        x = x * np.uint32(0x45D9F3B)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2**31 - 1


def scaled(name, shape, f):
    if len(shape) == 4:
        return f * np.sqrt(6 / (shape[1] * shape[2] * shape[3]))
    if len(shape) == 2:
        return f * np.sqrt(3 / shape[1])
    if name.endswith("running_var"):
        return 1 + 0.5 * f * f
    if name.endswith("running_mean") or name.endswith("bias"):
        return 0.1 * f
    return 0.5 + 0.1 * f


class BiLstm(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.LSTM(1000, 256, num_layers=2, batch_first=True, bidirectional=True)
        self.out = torch.nn.Linear(512, CLASSES)

    def forward(self, items):
        last = []
        for sequence in items.split(LENGTHS):
            _, (hidden, _) = self.rnn(sequence[None])
            last.append(torch.cat([hidden[-2], hidden[-1]], 1))
        return torch.log_softmax(self.out(torch.cat(last)), 1)


def encoder():
    net = torchvision.models.resnet18()
    net.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    state, number = net.state_dict(), 0
    for name, values in state.items():
        if not name.endswith("num_batches_tracked"):
            numbers = scaled(name, values.shape, fill(values.numel(), number))
            state[name] = torch.tensor(numbers, dtype=torch.float32).reshape(values.shape)
            number += 1
    net.load_state_dict(state)
    return net


def stage_of(name):
    return 4 - int(name[5]) if name.startswith("layer") else 0 if name.startswith("fc") else 4


def shown(tensor):
    values = tensor.detach().flatten().double()
    return {"first": [float(v) for v in values[:SHOWN]], "norm": float(values.norm())}


def step(train_norms):
    net, head = encoder(), BiLstm()
    with torch.no_grad():
        for i, p in enumerate(head.parameters()):
            p.copy_(torch.tensor(fill(p.numel(), i) * 0.08, dtype=torch.float32).reshape(p.shape))
    items = torch.tensor(np.abs(fill(sum(LENGTHS) * 129 * 63, 0)), dtype=torch.float32).reshape(-1, 1, 129, 63)
    net.eval()
    with torch.no_grad():
        before = net(items).double()
    mean, deviation = before.mean(0), before.std(0, unbiased=False)
    deviation = deviation.maximum(deviation.mean() * 0.01)
    if train_norms:
        net.train()
    learned = [(n, p) for n, p in net.named_parameters() if train_norms or "bn" not in n and "downsample.1" not in n]
    groups = [{"params": [p], "lr": RATE * LAST_STAGE / SLOWER ** stage_of(n)} for n, p in learned]
    adam = torch.optim.Adam(groups + [{"params": list(head.parameters())}], lr=RATE, weight_decay=DECAY)
    output = head((net(items) - mean.float()) / deviation.float())
    weights = torch.ones(CLASSES)
    weights[LABELS] = len(LABELS) / CLASSES
    loss = torch.nn.functional.nll_loss(output, torch.tensor(LABELS), weights)
    (loss * (1 - SMOOTHING) - output.mean() * SMOOTHING).backward()
    gradients = {"conv1.weight": shown(net.conv1.weight.grad), "out.weight": shown(head.out.weight.grad)}
    adam.step()
    return {
        "features": shown(before),
        "log_probabilities": [float(v) for v in output.detach().flatten()],
        "loss": float(loss.detach()),
        "gradients": gradients,
        "after": {
            "conv1.weight": shown(net.conv1.weight),
            "fc.weight": shown(net.fc.weight),
            "out.weight": shown(head.out.weight),
            "bn1.running_mean": shown(net.bn1.running_mean),
        },
    }


result = {"torch": torch.__version__, "frozen": step(False), "trained": step(True)}
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps(result, separators=(",", ":")) + "\n")

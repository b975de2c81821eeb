"""Writes ResNet checkpoints as PyTorch itself does, and what PyTorch computes with them.

  make_checkpoints.py SPECTROGRAMS.f32 FOLDER
SPECTROGRAMS.f32 holds log spectrograms, (N, 257, 63) floats. Weights are random; batch norms have seen the
spectrograms.
"""
import json, struct, sys
import numpy as np, torch, torchvision

spectrograms = torch.from_numpy(np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, 1, 257, 63))
folder = sys.argv[2]
images = spectrograms.expand(-1, 3, -1, -1).contiguous()



def train(model, steps):
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
    with torch.no_grad():
        for _ in range(steps):
            model(images)
        return model.eval()(images).numpy()


torch.manual_seed(1)
model = torchvision.models.resnet101()
train(model, 8).tofile(f"{folder}/expected.f32")
for depth in 18, 34, 50, 152:
    other = getattr(torchvision.models, f"resnet{depth}")()
    train(other, 1).tofile(f"{folder}/resnet{depth}.f32")
    torch.save(other.state_dict(), f"{folder}/resnet{depth}.pth")
wide = torchvision.models.wide_resnet50_2()
torch.save(wide.state_dict(), f"{folder}/wide.pth")

state = model.state_dict()
torch.save(state, f"{folder}/new.pth")
torch.save(state, f"{folder}/legacy.pth", _use_new_zipfile_serialization=False)
parallel = {"module." + name: tensor for name, tensor in state.items()}
torch.save({"epoch": 3, "state_dict": parallel}, f"{folder}/training.pth")
half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
torch.save(half, f"{folder}/half.pth")
torch.save(model, f"{folder}/whole-model.pth")
strided = state["conv1.weight"].transpose(2, 3).contiguous().transpose(2, 3)
torch.save({**state, "conv1.weight": strided}, f"{folder}/strided.pth")
torch.save(torchvision.models.resnet101(num_classes=8).state_dict(), f"{folder}/eight-classes.pth")

header, data, offset = {}, [], 0
for name, tensor in state.items():
    raw = tensor.numpy().tobytes()
    kind = "I64" if tensor.dtype == torch.int64 else "F32"
    header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
    data.append(raw)
    offset += len(raw)
text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
with open(f"{folder}/model.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(data))

names = {
    "input_names": ["image"],
    "output_names": ["classes"],
    "dynamic_axes": {"image": {0: "N"}, "classes": {0: "N"}},
}
torch.onnx.export(model, images[:1], f"{folder}/classifier.onnx", **names)
unfolded = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
torch.onnx.export(model, images[:1], f"{folder}/unfolded.onnx", **names, **unfolded)

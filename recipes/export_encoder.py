#!/usr/bin/env python3
"""Exports the encoder of a published speech model as ONNX, for `prosodia ... --encoder onnx:FILE`.

    export_encoder.py wav2vec2 facebook/wav2vec2-base voice.wav wav2vec2.onnx
    export_encoder.py whisper openai/whisper-small voice.wav whisper-small.onnx
    export_encoder.py ast MIT/ast-finetuned-audioset-10-10-0.4593 voice.wav ast.onnx
    export_encoder.py emotion2vec iic/emotion2vec_plus_base voice.wav emotion2vec.onnx

wav2vec2 stands for all models of that shape: HuBERT, WavLM, UniSpeech, data2vec. Beside the network come its
preprocessor configuration and what PyTorch computes of voice.wav (one channel, 16 kHz), which
`prosodia encoder check FILE.onnx` compares with. Needs torch, onnx, soundfile and transformers; emotion2vec needs
funasr instead of transformers.
"""
import json
import math
import pathlib
import sys

import soundfile
import torch

OPERATOR_SET = 17


def pooled(states):
    """Mean and deviation over time of each layer, (frames, features)."""
    return [torch.cat([s.mean(0), s.std(0, unbiased=False)]).tolist() for s in states]


def export(network, inputs, names, outputs, axes, out):
    options = {"dynamo": False} if tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 5) else {}
    torch.onnx.export(
        network,
        inputs,
        str(out),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=OPERATOR_SET,
        **options,
    )


class Call(torch.nn.Module):
    """A module that computes what a function of a model says."""

    def __init__(self, model, function):
        super().__init__()
        self.model, self.function = model, function

    def forward(self, *inputs):
        return self.function(self.model, *inputs)


def wav2vec2(name, samples, rate, out):
    from transformers import AutoFeatureExtractor, AutoModel

    extractor, model = AutoFeatureExtractor.from_pretrained(name), AutoModel.from_pretrained(name).eval()
    values = extractor(samples, sampling_rate=rate, return_tensors="pt").input_values
    network = Call(model, lambda m, x: m(x, output_hidden_states=True).hidden_states)
    outputs = [f"hidden_states.{i}" for i in range(model.config.num_hidden_layers + 1)]
    axes = {o: {0: "batch", 1: "frames"} for o in outputs}
    export(network, (values,), ["input_values"], outputs, {"input_values": {0: "batch", 1: "samples"}, **axes}, out)
    return extractor.to_dict(), pooled(s[0] for s in network(values))


def whisper(name, samples, rate, out):
    from transformers import AutoFeatureExtractor, WhisperModel

    extractor, model = AutoFeatureExtractor.from_pretrained(name), WhisperModel.from_pretrained(name).eval()
    values = extractor(samples, sampling_rate=rate, return_tensors="pt").input_features
    network = Call(model.encoder, lambda m, x: m(x, output_hidden_states=True).hidden_states)
    outputs = [f"hidden_states.{i}" for i in range(model.config.encoder_layers + 1)]
    export(network, (values,), ["input_features"], outputs, {}, out)
    frames = math.ceil(1500 * len(samples) / (30 * rate))
    return extractor.to_dict(), pooled(s[0, :frames] for s in network(values))


def ast(name, samples, rate, out):
    from transformers import ASTFeatureExtractor, ASTModel

    extractor, model = ASTFeatureExtractor.from_pretrained(name), ASTModel.from_pretrained(name).eval()
    values = extractor(samples, sampling_rate=rate, return_tensors="pt").input_values
    network = Call(model, lambda m, x: m(x).pooler_output)
    export(network, (values,), ["input_values"], ["hidden"], {}, out)
    return extractor.to_dict(), [network(values)[0].tolist()]


def emotion2vec(name, samples, rate, out):
    from funasr import AutoModel

    model = AutoModel(model=name, disable_update=True).model.eval()
    values = torch.tensor(samples, dtype=torch.float32)[None]
    values = torch.nn.functional.layer_norm(values, values.shape[-1:])
    network = Call(model, lambda m, x: m.extract_features(x, padding_mask=None, remove_extra_tokens=True)["x"])
    axes = {"input_values": {0: "batch", 1: "samples"}, "last_hidden_state": {0: "batch", 1: "frames"}}
    export(network, (values,), ["input_values"], ["last_hidden_state"], axes, out)
    config = {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True, "sampling_rate": 16000}
    return config, pooled(network(values))


FAMILIES = {f.__name__: f for f in (wav2vec2, whisper, ast, emotion2vec)}


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in FAMILIES:
        sys.exit(__doc__)
    family, name, recording, out = sys.argv[1:]
    out = pathlib.Path(out)
    samples, rate = soundfile.read(recording, dtype="float32")
    if len(samples) > 10 * rate:
        sys.exit(f"{recording}: at most 10 s, which are encoded at once")
    if samples.ndim != 1 or rate != 16000:
        sys.exit(f"{recording}: one channel at 16 kHz is needed; ffmpeg -i {recording} -ac 1 -ar 16000 voice.wav")
    with torch.no_grad():
        config, features = FAMILIES[family](name, samples, rate, out)
    out.with_name(out.stem + ".preprocessor_config.json").write_text(json.dumps(config, indent=2) + "\n")
    vectors = {"recording": str(pathlib.Path(recording).resolve()), "features": features}
    out.with_suffix(".vectors.json").write_text(json.dumps(vectors) + "\n")
    print(f"{out}: {len(features)} layers of {len(features[0])} features")


if __name__ == "__main__":
    main()

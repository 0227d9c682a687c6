"""What PyTorch computes for the cases beside this file, in float64: python3 reference/make.py

Makes every case of CASES that has no folder yet: config.json, init.safetensors, batches.safetensors, expected.json (five
steps) and final.safetensors. `--check` computes all cases again, those of an older origin included, from their config,
initial weights and batches, and says how far expected.json and final.safetensors are from that; it exits with 1 where
one is off by more than 1e-9 (float32 in final.safetensors: 1e-6). The network is written here once more, by the paper and
torchvision, and knows nothing of the page's code. Needs torch and numpy.
"""

import argparse
import copy
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).parent

SMALL = {"stageDepths": [1, 1], "stageWidths": [4, 8], "inputSize": 8}
CASES = {
    "average-of-weights": {**SMALL, "projection": "B"},
    "adam": {**SMALL, "projection": "B"},
    "skipinit": {**SMALL, "projection": "B", "normalization": "none", "branchScale": "scalar"},
    "layerscale-scaled-shortcuts": {**SMALL, "order": "pre", "branchScale": "channel", "shortcutScale": 0.8},
    "branches-and-shortcuts-halved": {**SMALL, "branchScale": "constant", "shortcutScale": 0.5},
    "exclusive-gates": {**SMALL, "stageDepths": [2, 1], "shortcutGate": "exclusive"},
    "shortcut-only-gates": {**SMALL, "order": "pre", "projection": "B", "shortcutGate": "shortcutOnly", "branchScale": "channel"},
    "dropout-on-shortcuts": {**SMALL, "stageDepths": [2, 1], "shortcutDropout": 0.5, "shortcutScale": 0.5},
    "batchnorm-after-addition": {**SMALL, "stageDepths": [2, 1], "order": "normAfterAdd", "projection": "B"},
    "activation-before-addition": {**SMALL, "stageDepths": [2, 1], "order": "actBeforeAdd"},
    "group-norm": {**SMALL, "stageDepths": [2, 1], "projection": "B", "normalization": "group", "normGroups": 2},
    "group-norm-pre-activation": {**SMALL, "stageWidths": [6, 10], "order": "pre", "normalization": "group"},
    "squeeze-excitation": {**SMALL, "stageDepths": [2, 1], "projection": "B", "squeezeExcitation": 2},
    "stochastic-depth": {**SMALL, "stageDepths": [2, 2], "projection": "B", "survival": 0.3},
    "adamw-decay-of-weights": {**SMALL, "order": "pre", "projection": "B"},
    "muon": {**SMALL, "block": "bottleneck", "projection": "B", "stageWidths": [4, 6]},
    "rates-by-group": {**SMALL, "order": "pre", "projection": "C"},
    "sgd-decay-of-weights": {**SMALL, "normalization": "none", "activation": "tanh"},
    "ghost-batchnorm": {**SMALL, "projection": "B"},
    "mixup": {**SMALL, "projection": "B"},
    "patch-whitening": {**SMALL, "projection": "B", "stemWidth": 6, "whitening": True},
    "batchnorm-eps": {**SMALL, "projection": "B", "batchNormEps": 1e-3},
    "bottleneck-stride-1x1": {**SMALL, "block": "bottleneck", "projection": "B", "stageWidths": [2, 3], "bottleneckStride": "1x1"},
    "cifar-stem-max-pool": {**SMALL, "stemPool": True, "inputSize": 16},
    "imagenet-stem-no-pool": {**SMALL, "stem": "imagenet", "stemPool": False, "projection": "B", "inputSize": 16},
    "option-a-zeros-at-end": {**SMALL, "stageWidths": [4, 7], "paddingA": "end"},
    "pre-activation-activated": {**SMALL, "stageDepths": [2, 1], "order": "pre", "projection": "B", "preProjection": "activated"},
}
# Those whose training is another than TRAINING, and what differs.
RECIPES = {
    "adam": {"learningRate": 0.002, "optimizer": {"type": "adam", "momentum": 0.9, "weightDecay": 0.01, "nesterov": False}},
    "adamw-decay-of-weights": {
        "learningRate": 0.005,
        "optimizer": {
            **{"type": "adamw", "momentum": 0.8, "weightDecay": 0.5, "nesterov": False, "beta2": 0.95, "epsilon": 1e-4}
        },
        "decayNormAndBias": False,
    },
    # min(0.2, (1 + t) / (10 + t)) reaches the decay in step 2.
    "average-of-weights": {"averageDecay": 0.2},
    "muon": {
        "learningRate": 0.02,
        "optimizer": {"type": "muon", "momentum": 0.9, "weightDecay": 0.1, "nesterov": True},
        **{"normAndBiasRate": 2, "classifierRate": 5},
        "decayNormAndBias": False,
    },
    "rates-by-group": {
        "optimizer": {"type": "sgd", "momentum": 0.9, "weightDecay": 0.01, "nesterov": True},
        **{"filterRate": 0.5, "normAndBiasRate": 4, "classifierRate": 0.25},
        "decayNormAndBias": False,
    },
    "ghost-batchnorm": {"microBatchSize": 3},
    "mixup": {"seed": 3, "mixup": 0.4, "labelSmoothing": 0.1},
    "patch-whitening": {"optimizer": {"type": "sgd", "momentum": 0.9, "weightDecay": 0.1, "nesterov": True}},
    "sgd-decay-of-weights": {
        "optimizer": {"type": "sgd", "momentum": 0.9, "weightDecay": 0.1, "nesterov": True},
        "decayNormAndBias": False,
    },
}
TRAINING = {
    "learningRate": 0.1,
    "optimizer": {"type": "sgd", "momentum": 0.9, "weightDecay": 0.0001, "nesterov": False},
    "batchSize": 8,
    "steps": 5,
}
DEFAULTS = {
    **{"stem": "cifar", "block": "basic", "order": "post", "shortcuts": True, "projection": "A", "paddingA": "both"},
    **{"preProjection": "raw", "bottleneckStride": "3x3", "normalization": "batch", "batchNormEps": 1e-5},
    **{"activation": "relu", "classes": 10, "branchScale": None, "shortcutScale": 1, "survival": 1, "squeezeExcitation": 0},
    **{"shortcutGate": None, "shortcutDropout": 0},
}
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


U32 = 0xFFFFFFFF


def hash32(a, b, c):
    """A u32 from three, as docs/after-resnet.md says. `c` may be an array of int64."""

    def mix(x):
        x = ((x ^ (x >> 16)) * 0x7FEB352D) & U32
        x = ((x ^ (x >> 15)) * 0x846CA68B) & U32
        return x ^ (x >> 16)

    return mix(mix(mix((a + 0x9E3779B9) & U32) ^ b) ^ c)


def fnv1a(name):
    value = 0x811C9DC5
    for letter in name.encode():
        value = ((value ^ letter) * 0x01000193) & U32
    return value


class Block(nn.Module):
    """He et al. 2015, fig. 5 (post-activation); 2016, fig. 4b, c, e (the other orders)."""

    step = 0  # of training; seed 0 throughout

    def __init__(self, model, name, place, inputs, width, stride):
        super().__init__()
        self.model = model
        blocks = sum(model["stageDepths"])
        self.survival, self.stream = 1 - place / blocks * (1 - model["survival"]), fnv1a(f"{name}.scaled")
        pre, outputs = model["order"] == "pre", width if model["block"] == "basic" else 4 * width
        on_first = model["bottleneckStride"] == "1x1"
        sizes = (
            [(inputs, width, 3, stride), (width, width, 3, 1)]
            if model["block"] == "basic"
            else [
                (inputs, width, 1, stride if on_first else 1),
                (width, width, 3, 1 if on_first else stride),
                (width, outputs, 1, 1),
            ]
        )
        self.depth = len(sizes)
        if model["shortcuts"] and model["branchScale"] in ("scalar", "channel"):  # SkipInit, LayerScale
            self.scale = nn.Parameter(torch.zeros(1 if model["branchScale"] == "scalar" else outputs))
        for i, (before, after, kernel, step) in enumerate(sizes, 1):
            self.add_module(f"conv{i}", conv(model, before, after, kernel, step))
            if model["normalization"] != "none":
                self.add_module(f"bn{i}", norm(model, before if pre else after))
        if model["squeezeExcitation"] > 0:  # Hu et al. 2018
            squeezed = max(1, outputs // model["squeezeExcitation"])
            self.se = nn.ModuleDict({"fc1": nn.Conv2d(outputs, squeezed, 1), "fc2": nn.Conv2d(squeezed, outputs, 1)})
        self.stride, self.missing = stride, outputs - inputs
        changes = stride != 1 or inputs != outputs
        self.projects = model["shortcuts"] and (model["projection"] == "C" or (model["projection"] == "B" and changes))
        if self.projects:
            parts = [conv(model, inputs, outputs, 1, stride)]
            if model["normalization"] != "none" and not pre:
                parts.append(norm(model, outputs))
            self.downsample = nn.Sequential(*parts)
        self.drops = fnv1a(f"{name}.shortcutDropout")
        if model["shortcuts"] and model["shortcutGate"]:  # He et al. 2016, section 3.1; with a bias, as highway networks
            self.gate = nn.Conv2d(inputs, outputs, 1, stride)

    def shortcut(self, x):
        if self.projects:
            return self.downsample(x)
        x = x[:, :, :: self.stride, :: self.stride]
        before = self.missing // 2 if self.model["paddingA"] == "both" else 0
        return F.pad(x, (0, 0, 0, 0, before, self.missing - before))

    def dropout(self, x):
        """Inverted; masks in the order of [channels, height, width, images]."""
        rate, count = self.model["shortcutDropout"], x.numel()
        drawn = hash32(0, self.drops, (Block.step * count + np.arange(count)) & U32)
        kept = torch.from_numpy(drawn >= int(rate * 2**32)).view(*x.shape[1:], len(x)).permute(3, 0, 1, 2)
        return x * kept / (1 - rate)

    def forward(self, x):
        activate = ACTIVATIONS[self.model["activation"]]
        order = self.model["order"]
        pre, y, carried = order == "pre", x, x
        for i in range(1, self.depth + 1):
            bn = getattr(self, f"bn{i}", nn.Identity())
            convolve = getattr(self, f"conv{i}")
            if pre:
                y = activate(bn(y))
                if i == 1 and self.projects and self.model["preProjection"] == "activated":
                    carried = y
                y = convolve(y)
            else:
                y, is_last = convolve(y), i == self.depth
                y = y if is_last and order == "normAfterAdd" else bn(y)
                y = y if is_last and order != "actBeforeAdd" else activate(y)
        if hasattr(self, "se"):
            means = y.mean((2, 3), keepdim=True)
            y = torch.sigmoid(self.se["fc2"](torch.relu(self.se["fc1"](means)))) * y
        if self.model["shortcuts"]:
            if hasattr(self, "scale"):
                y = self.scale.view(-1, 1, 1) * y
            if self.model["branchScale"] == "constant":
                y = self.model.get("branchScaleStart", 0.5) * y
            is_alive = hash32(0, self.stream, Block.step) < int(self.survival * 2**32)
            y = (float(is_alive) if self.training else self.survival) * y
            kept = self.shortcut(carried)
            if self.model["shortcutGate"]:
                gate = torch.sigmoid(self.gate(x))
                y = gate * y if self.model["shortcutGate"] == "exclusive" else y
                kept = (1 - gate) * kept
            if self.model["shortcutDropout"] and self.training:
                kept = self.dropout(kept)
            y = y + self.model["shortcutScale"] * kept
        if order == "normAfterAdd":
            y = getattr(self, f"bn{self.depth}", nn.Identity())(y)
        return y if order in ("pre", "actBeforeAdd") else activate(y)


class Net(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        imagenet, pre = model["stem"] == "imagenet", model["order"] == "pre"
        channels = model.get("stemWidth", model["stageWidths"][0])
        self.conv1 = conv(model, 3, channels, 7 if imagenet else 3, 2 if imagenet else 1)
        if model["normalization"] != "none" and not pre:
            self.bn1 = norm(model, channels)
        self.pools = model.get("stemPool", imagenet)
        self.stages = len(model["stageDepths"])
        place = 0
        for stage, (depth, width) in enumerate(zip(model["stageDepths"], model["stageWidths"])):
            blocks = []
            for index in range(depth):
                place += 1
                name = f"layer{stage + 1}.{index}"
                blocks.append(Block(model, name, place, channels, width, 2 if stage > 0 and index == 0 else 1))
                channels = width if model["block"] == "basic" else 4 * width
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))
        if model["normalization"] != "none" and pre:
            self.bn_last = norm(model, channels)
        self.fc = nn.Linear(channels, model["classes"])

    def forward(self, x):
        activate, pre = ACTIVATIONS[self.model["activation"]], self.model["order"] == "pre"
        x = self.conv1(x)
        if not pre:
            x = activate(getattr(self, "bn1", nn.Identity())(x))
        if self.pools:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        if pre:
            x = activate(getattr(self, "bn_last", nn.Identity())(x))
        return self.fc(x.mean((2, 3)))


class Muon(torch.optim.Optimizer):
    """Keller Jordan's Muon for the filters of convolutions, as [outputs, inputs * kernel * kernel]; SGD for all else."""

    def __init__(self, groups, rate, momentum, nesterov):
        super().__init__(groups, {"lr": rate})
        self.momentum, self.nesterov = momentum, nesterov

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                rate, decay, state = group["lr"], group["weight_decay"], self.state[weight]
                if weight.dim() == 4:
                    gradient = weight.grad
                    weight.mul_(1 - rate * decay)
                else:
                    gradient = weight.grad + decay * weight
                state["v"] = gradient + self.momentum * state.get("v", 0)
                update = gradient + self.momentum * state["v"] if self.nesterov else state["v"]
                if weight.dim() == 4:
                    update = zeropower_via_newtonschulz5(update.reshape(len(update), -1)).reshape(weight.shape)
                    update *= max(1, len(weight) / weight[0].numel()) ** 0.5
                weight.add_(update, alpha=-rate)


def zeropower_via_newtonschulz5(G):
    """https://kellerjordan.github.io/posts/muon/, in the precision of G and not in bfloat16."""
    a, b, c = (3.4445, -4.7750, 2.0315)
    X = G / (G.norm() + 1e-7)
    if G.size(0) > G.size(1):
        X = X.T
    for _ in range(5):
        A = X @ X.T
        B = b * A + c * A @ A
        X = a * X + B @ X
    return X.T if G.size(0) > G.size(1) else X


def conv(model, inputs, outputs, kernel, stride):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=model["normalization"] == "none")


def norm(model, channels):
    if model["normalization"] == "batch":
        return nn.BatchNorm2d(channels, eps=model["batchNormEps"])
    groups = model.get("normGroups", min(32, model["stageWidths"][0] // 2))
    groups = max(n for n in range(1, groups + 1) if channels % n == 0)
    return nn.GroupNorm(groups, channels, eps=model["batchNormEps"])


def mixup_weight(seed, step, alpha):
    """A draw from Beta(alpha, alpha), alpha up to 1/2 (Jöhnk 1964), of the step's random numbers."""
    key = hash32(seed, 0x6D697875, step)
    for draw in range(0, 1000, 2):
        x, y = (((hash32(key, i, 0) + 0.5) / 2**32) ** (1 / alpha) for i in (draw, draw + 1))
        if x + y <= 1:
            return float(np.float32(x / (x + y)))
    raise AssertionError("no draw was accepted")


def answer(config, init, batches):
    """expected.json and the final state, by training in float64."""
    training = config["training"]
    net = Net({**DEFAULTS, **config["model"]}).double()
    state = {name: torch.from_numpy(value).double() for name, value in init.items()}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
    images = torch.from_numpy(batches["images"]).double()
    labels = torch.from_numpy(batches["labels"]).long()
    size, settings = training["batchSize"], training["optimizer"]
    decays_all = training.get("decayNormAndBias", True)
    rate, kind = training["learningRate"], settings["type"]
    groups = []
    for name, value in net.named_parameters():
        part = "classifierRate" if name.startswith("fc.") else "filterRate" if value.dim() == 4 else "normAndBiasRate"
        decay = settings["weightDecay"] if decays_all or value.dim() > 1 else 0
        factor = 0 if config["model"].get("whitening") and name == "conv1.weight" else training.get(part, 1)
        groups.append({"params": [value], "weight_decay": decay, "lr": rate * factor})
    if kind == "muon":
        optimizer = Muon(groups, rate, settings["momentum"], settings["nesterov"])
    elif kind == "sgd":
        optimizer = torch.optim.SGD(groups, rate, momentum=settings["momentum"], nesterov=settings["nesterov"])
    else:
        betas, eps = (settings["momentum"], settings.get("beta2", 0.999)), settings.get("epsilon", 1e-8)
        optimizer = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind](groups, rate, betas, eps)
    decay, averaged = training.get("averageDecay"), copy.deepcopy(net)
    steps = []
    for step in range(len(labels) // size):
        x, y = (part[step * size : (step + 1) * size] for part in (images, labels))
        weight = mixup_weight(training["seed"], step, training["mixup"]) if "mixup" in training else 1
        optimizer.zero_grad()
        Block.step = step
        loss = accuracy = 0
        # Micro-batches, each normalised by itself (Hoffer et al. 2017): their gradients add up.
        for own, wanted in zip(*(part.split(training.get("microBatchSize", size)) for part in (x, y))):
            shares = [(weight, wanted), (1 - weight, wanted.roll(1))]
            logits = net(weight * own + (1 - weight) * own.roll(1, 0))
            entropies = [F.cross_entropy(logits, of, label_smoothing=training.get("labelSmoothing", 0)) for _, of in shares]
            part = len(own) / size * sum(share * entropy for (share, _), entropy in zip(shares, entropies))
            part.backward()
            hits = [(logits.argmax(1) == of).double().sum().item() for _, of in shares]
            loss += part.item()
            accuracy += sum(share * count for (share, _), count in zip(shares, hits)) / size
        steps.append({
            "step": step,
            "loss": loss,
            "accuracy": accuracy,
            "gradNorm": {name: value.grad.norm().item() for name, value in net.named_parameters()},
        })
        optimizer.step()
        share = 1 if decay is None else 1 - min(decay, (1 + step) / (10 + step))
        for average, value in zip(averaged.state_dict().values(), net.state_dict().values()):
            average.copy_((1 - share) * average + share * value)
    net = averaged.eval()
    with torch.no_grad():
        logits = net(images[:size])
        loss = F.cross_entropy(logits, labels[:size]).item()
    expected = {
        "steps": steps,
        "evalLossBatch0": loss,
        "evalLogitsBatch0": logits.tolist(),
        "parameters": sum(value.numel() for value in net.parameters()),
    }
    tensors = net.state_dict().items()
    return expected, {name: value.numpy() for name, value in tensors if not name.endswith("num_batches_tracked")}


def drawn(name, model):
    """Initial weights and batches of a new case, by its name."""
    random = np.random.RandomState(sum(name.encode()))
    init = {}
    for key, value in Net({**DEFAULTS, **model}).state_dict().items():
        shape = tuple(value.shape)
        if key.endswith("num_batches_tracked"):
            continue
        if value.dim() > 1:
            values = random.normal(0, np.sqrt((2 if value.dim() == 4 else 1) / np.prod(shape[1:])), shape)
        elif key.endswith("running_var"):
            values = np.ones(shape)
        elif key.endswith("running_mean"):
            values = np.zeros(shape)
        else:  # scales about 1 and shifts about 0: none stands for another
            values = random.normal(1 if ("bn" in key or ".1." in key) and key.endswith("weight") else 0, 0.2, shape)
        init[key] = values.astype(np.float32)
    rows = TRAINING["batchSize"] * TRAINING["steps"]
    size = model["inputSize"]
    images = random.normal(0, 1, (rows, 3, size, size)).astype(np.float32)
    labels = random.randint(0, DEFAULTS["classes"], rows).astype(np.int32)
    if model.get("whitening"):
        init["conv1.weight"] = whitening(images, len(init["conv1.weight"]))
    return init, {"images": images, "labels": labels}


def whitening(images, filters):
    """The eigenvectors of 3x3 patches, over the roots of their eigenvalues, and the same with the opposite sign."""
    windows = np.lib.stride_tricks.sliding_window_view(images.astype(np.float64), (3, 3), (2, 3))
    patches = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 27)
    values, vectors = np.linalg.eigh(patches.T @ patches / len(patches))
    rows = [vectors[:, -1 - i] / np.sqrt(values[-1 - i] + 5e-4) for i in range(filters // 2)]
    rows = np.array([row * np.sign(row[np.abs(row).argmax()]) for row in rows])
    return np.concatenate([rows, -rows]).reshape(filters, 3, 3, 3).astype(np.float32)


TYPES = {"F32": "<f4", "I32": "<i4"}


def read_safetensors(file):
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(body[entry["data_offsets"][0] : entry["data_offsets"][1]], TYPES[entry["dtype"]])
        .reshape(entry["shape"])
        .copy()
        for name, entry in header.items()
    }


def write_safetensors(file, tensors):
    header, body = {}, b""
    for name, values in sorted(tensors.items()):
        kind = "I32" if values.dtype.kind == "i" else "F32"
        data = values.astype(TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(len(text).to_bytes(8, "little") + text + body)


def make(name, model):
    folder = HERE / name
    folder.mkdir()
    init, batches = drawn(name, model)
    config = {"version": 1, "model": model, "training": {**TRAINING, **RECIPES.get(name, {})}}
    expected, final = answer(config, init, batches)
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    (folder / "expected.json").write_text(json.dumps(expected, indent=1))
    for file, tensors in (("init", init), ("batches", batches), ("final", final)):
        write_safetensors(folder / f"{file}.safetensors", tensors)
    print(f"{name}: made")


def numbers(value):
    """All numbers in a JSON value, in order."""
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in numbers(value[key])]
    return [number for item in value for number in numbers(item)] if isinstance(value, list) else [value]


def check(folder):
    """Whether the case's answers are those of PyTorch here."""
    config = json.loads((folder / "config.json").read_text())
    read = {file: read_safetensors(folder / f"{file}.safetensors") for file in ("init", "batches", "final")}
    expected, final = answer(config, read["init"], read["batches"])
    pairs = zip(numbers(json.loads((folder / "expected.json").read_text())), numbers(expected))
    off = max(abs(a - b) / max(1e-3, abs(b)) for a, b in pairs)
    assert final.keys() == read["final"].keys(), folder
    off_final = max(np.abs(final[key] - value).max() / np.abs(value).max() for key, value in read["final"].items())
    print(f"{folder.name}: expected.json {off:.1e}, final.safetensors {off_final:.1e}")
    return off < 1e-9 and off_final < 1e-6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compute all cases again, and write nothing")
    if parser.parse_args().check:
        sys.exit(0 if all([check(config.parent) for config in sorted(HERE.glob("*/config.json"))]) else 1)
    for case, options in CASES.items():
        if not (HERE / case).exists():
            make(case, options)

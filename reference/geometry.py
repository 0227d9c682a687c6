"""What PyTorch computes for the studies of the loss's geometry, in float64: python3 reference/geometry.py

Writes geometry.json beside this file, for two of the cases there: the line between the initial and the final weights, and
a curve between them whose bend is trained for five steps; at the final weights, with tanh, the ends of the Hessian's spectrum and the gradient noise of the batches; and the path of the five steps on
its principal plane. `--check` computes it again and writes nothing; it exits with 1 where a number is off by more than
1e-9. Needs torch and numpy.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

from make import DEFAULTS, HERE, Net, numbers, read_safetensors

CASES = ("batchnorm-eps", "sgd-decay-of-weights")
FILE = HERE / "geometry.json"


def net_of(config, state):
    net = Net({**DEFAULTS, **config["model"]}).double()
    net.load_state_dict({name: torch.from_numpy(value).double() for name, value in state.items()}, strict=False)
    return net


def line(config, init, final, batches):
    middle = {name: (value.astype(np.float64) + final[name]) / 2 for name, value in init.items()}
    return along(config, init, middle, final, batches)


def on_curve(init, bend, final, t):
    parts = ((1 - t) ** 2, init), (2 * t * (1 - t), bend), (t**2, final)
    return {name: sum(factor * part[name].astype(np.float64) for factor, part in parts) for name in init}


def along(config, init, bend, final, batches):
    rows = []
    for alpha in (0, 0.25, 0.5, 0.75, 1):
        net = net_of(config, on_curve(init, bend, final, alpha))
        norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the plain mean over all batches
        images, labels = torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches])
        with torch.no_grad():
            for x, _ in batches:
                net(x)
            net.eval()
            logits = net(images)
        accuracy = (logits.argmax(1) == labels).double().mean().item()
        rows.append({"alpha": alpha, "loss": F.cross_entropy(logits, labels).item(), "accuracy": accuracy})
    return rows


def curve(config, init, final, batches):
    # Garipov et al. 2018: a quadratic Bezier curve, one place on it for each step.
    rate, places = 0.2, (0.3, 0.7, 0.5, 0.15, 0.9)
    bend = {name: (value.astype(np.float64) + final[name]) / 2 for name, value in init.items()}
    velocity, losses = {}, []
    for t, (x, y) in zip(places, batches):
        net = net_of(config, on_curve(init, bend, final, t))
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        losses.append(loss.item())
        for name, parameter in net.named_parameters():
            velocity[name] = 0.9 * velocity.get(name, 0) + 2 * t * (1 - t) * parameter.grad.numpy()
            bend[name] = bend[name] - rate * velocity[name]
    rows = along(config, init, bend, final, batches)
    return {"rate": rate, "steps": [{"place": t, "loss": loss} for t, loss in zip(places, losses)], "rows": rows}


def curvature(config, final, batches):
    # Differences of gradients see the kinks of ReLU, which PyTorch's second derivative does not.
    net = net_of({"model": {**config["model"], "activation": "tanh"}}, final)
    parameters = list(net.parameters())
    flat = lambda tensors: torch.cat([tensor.reshape(-1) for tensor in tensors])
    gradients = [flat(torch.autograd.grad(F.cross_entropy(net(x), y), parameters)) for x, y in batches]
    loss = sum(F.cross_entropy(net(x), y) for x, y in batches) / len(batches)
    gradient = flat(torch.autograd.grad(loss, parameters, create_graph=True))
    rows = [flat(torch.autograd.grad(value, parameters, retain_graph=True)) for value in gradient]
    hessian = torch.stack(rows).numpy()
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    # McCandlish et al. 2018, appendix A.1: one batch is the small one, all of them are the large one.
    small, large = len(batches[0][1]), sum(len(y) for _, y in batches)
    mean_square = np.mean([(one**2).sum().item() for one in gradients])
    square_of_mean = (torch.stack(gradients).mean(0) ** 2).sum().item()
    squared = (large * square_of_mean - small * mean_square) / (large - small)
    trace = (mean_square - square_of_mean) / (1 / small - 1 / large)
    return {
        "largest": eigenvalues[-1],
        "smallest": eigenvalues[0],
        "loss": loss.item(),
        "gradientNorm": square_of_mean**0.5,
        "noise": {"squaredGradient": squared, "trace": trace},
    }


def path(config, init, batches):
    net, training = net_of(config, init), config["training"]
    settings = dict(training["optimizer"])
    decay, _ = settings.pop("weightDecay"), settings.pop("type")
    decays_all = training.get("decayNormAndBias", True)
    groups = [{"params": [value], "weight_decay": decay if decays_all or value.dim() > 1 else 0} for value in net.parameters()]
    optimizer = torch.optim.SGD(groups, training["learningRate"], **settings)
    points = []
    for x, y in (*batches, (None, None)):
        points.append(torch.cat([parameter.detach().reshape(-1) for parameter in net.parameters()]).numpy())
        if x is not None:
            optimizer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimizer.step()
    differences = np.stack(points) - points[-1]
    centred = differences - differences.mean(0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    shares = singular**2 / (singular**2).sum()
    return {"shares": shares[:2].tolist(), "points": (differences @ directions[:2].T).tolist()}


def answer(name):
    folder = HERE / name
    config = json.loads((folder / "config.json").read_text())
    init, final, given = (read_safetensors(folder / f"{file}.safetensors") for file in ("init", "final", "batches"))
    size = config["training"]["batchSize"]
    images, labels = torch.from_numpy(given["images"]).double(), torch.from_numpy(given["labels"]).long()
    batches = [(images[i : i + size], labels[i : i + size]) for i in range(0, len(labels), size)]
    return {
        "line": line(config, init, final, batches),
        "curve": curve(config, init, final, batches),
        "curvature": curvature(config, final, batches),
        "path": path(config, init, batches),
    }


if __name__ == "__main__":
    found = {name: answer(name) for name in CASES}
    if "--check" in sys.argv:
        pairs = zip(numbers(json.loads(FILE.read_text())), numbers(found))
        off = max(abs(abs(a) - abs(b)) / max(1e-3, abs(b)) for a, b in pairs)
        print(f"geometry.json: {off:.1e}")
        sys.exit(0 if off < 1e-9 else 1)
    FILE.write_text(json.dumps(found, indent=1))

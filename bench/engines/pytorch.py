"""Trains networks of the bench when told to: a line of JSON in, a line of JSON out, until the input ends."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def open_network(folder):
    """A network with its optimizer and its one batch."""
    settings = json.loads((folder / "settings.json").read_text())
    scope = {"torch": torch, "nn": nn, "F": F}
    exec((folder / "model.py").read_text(), scope)
    model = scope[settings["model"]]()
    model.load_state_dict(torch.load(folder / "weights.pth"))
    model.train()
    shape = settings["shape"]
    images = np.fromfile(folder / "images.bin", dtype=np.float32).reshape(shape)
    labels = np.fromfile(folder / "labels.bin", dtype=np.int32).astype(np.int64)
    rate, momentum = settings["learningRate"], settings["momentum"]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)
    return model, optimizer, torch.from_numpy(images), torch.from_numpy(labels)


def train(network, steps):
    """The loss of the last step."""
    model, optimizer, images, labels = network
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    return loss.item()


networks = {}
for line in sys.stdin:
    request = json.loads(line)
    started = time.process_time()
    loss = 0.0
    if "open" in request:
        networks[request["network"]] = open_network(Path(request["open"]))
    else:
        torch.set_num_threads(request["threads"])
        loss = train(networks[request["network"]], request["steps"])
    cpu_ms = 1000 * (time.process_time() - started)
    peak_bytes = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"loss": loss, "cpuMs": cpu_ms, "peakBytes": peak_bytes}), flush=True)

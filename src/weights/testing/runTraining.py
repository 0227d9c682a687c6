"""Runs generated train.py scripts, one job after the other in one process: importing PyTorch takes seconds.

usage: runTraining.py JOBS, a JSON file of a list of
- {"folder", "arguments"}, and optionally "interrupt": in which of its steps Ctrl-C comes, counted from 1;
  "environment": variables to set meanwhile
- {"folder", "inspect": {"steps", "rates"}}
Prints a JSON list: what `inspect` below gives, else {"exit"}: null, or the code or message that the script ended with.

A folder's `cifar10/{train,test}-{pixels,labels}.bin` stands in for torchvision's download.
"""

import contextlib
import json
import os
import runpy
import signal
import sys
import types

import numpy as np
import torch


class Cifar10:
    """What train.py uses of torchvision.datasets.CIFAR10."""

    def __init__(self, root, train, download):
        split = "train" if train else "test"
        pixels, labels = (np.fromfile(f"{root}/{split}-{part}.bin", np.uint8) for part in ("pixels", "labels"))
        self.data, self.targets = pixels.reshape(-1, 32, 32, 3), labels.tolist()


def inspect(script, steps, rates):
    """What the script's own parts give: names, first weights, a test, batches of some steps, learning rates."""
    model = script["MODEL"]()
    script["initialize"](model)
    batches = script["DatasetBatches"](script["load_images"]("cifar10", "train", "cpu"), script["TRAIN_IMAGES"])
    test = script["evaluate"](model, (batches.pixels, batches.labels), 0, 1)
    chosen = [batches(step, 0, script["BATCH_SIZE"]) for step in steps]
    return {
        "parameters": [name for name, _ in model.named_parameters()],
        "state": list(model.state_dict()),
        "weights": {name: value.flatten().tolist() for name, value in model.named_parameters()},
        "test": test,
        "images": [images.flatten().tolist() for images, _ in chosen],
        "labels": [labels.tolist() for _, labels in chosen],
        "mixup": [script["mixup_weight"](step) for step in rates] if "mixup_weight" in script else [],
        "rates": [script["learning_rate"](step, script["STEPS"]) for step in rates],
    }


def run(job):
    os.chdir(job["folder"])
    with contextlib.redirect_stdout(sys.stderr):
        if "inspect" in job:
            script = runpy.run_path("train.py")
            script["MODEL"] = script[job["model"]]
            return inspect(script, **job["inspect"])
        sys.argv = ["train.py", *job["arguments"]]
        with interrupted(job.get("interrupt")), environment(job.get("environment", {})):
            try:
                runpy.run_path("train.py", run_name="__main__")
            except SystemExit as error:
                return {"exit": error.code}
    return {"exit": None}


@contextlib.contextmanager
def interrupted(at):
    """Ctrl-C comes in the middle of the `at`-th step."""
    step, calls = torch.optim.SGD.step, 0

    def counting(self, *args, **kwargs):
        nonlocal calls
        calls += 1
        if calls == at:
            signal.raise_signal(signal.SIGINT)
        return step(self, *args, **kwargs)

    torch.optim.SGD.step = counting
    try:
        yield
    finally:
        torch.optim.SGD.step = step


@contextlib.contextmanager
def environment(variables):
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]


datasets = types.ModuleType("torchvision.datasets")
datasets.CIFAR10 = Cifar10
sys.modules["torchvision"] = types.ModuleType("torchvision")
sys.modules["torchvision.datasets"] = datasets
torch.set_num_threads(1)
with open(sys.argv[1]) as file:
    jobs = json.load(file)
print(json.dumps([run(job) for job in jobs]))

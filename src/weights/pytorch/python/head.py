"""__TITLE__

    python train.py                          # one GPU, or the CPU
    torchrun --nproc_per_node=8 train.py     # eight GPUs, each with an eighth of every batch

README.md beside this file says what is the same as on the page, and what is not.
"""

import argparse
# [if average]
import copy
# [end]
import functools
import json
import math
import os
import signal
import time
# [if cifar10]
import zlib
# [end]
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel

HERE = Path(__file__).resolve().parent
LOCAL_RANK = int(os.environ.get("LOCAL_RANK", 0))
U32 = 0xFFFFFFFF


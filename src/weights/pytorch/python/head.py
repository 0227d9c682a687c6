"""__TITLE__

    python train.py                          # one GPU, or the CPU
    torchrun --nproc_per_node=8 train.py     # eight GPUs, an eighth of each batch on every one

README.md beside this file says what equals the page, and what does not.
"""

import argparse
import functools
import json
import math
import os
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


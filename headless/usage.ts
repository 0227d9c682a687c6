/** What `--help` prints. */
import { EXPERIMENT_SIZES } from '../src/app/experiments/sizes.ts';
import { FORMAT_IDS } from '../src/weights/formats/registry.ts';

export const USAGE = `usage: npm run --silent headless -- train --config FILE [--init FILE] [--batches FILE | --data DIR] [--steps N] [--checkpoint-every N] [--gpu-memory BYTES] [--tune] [--statistics] [--overwrite] [ENGINE] --out DIR
       npm run --silent headless -- train --resume FILE [--run NAME] [--batches FILE | --data DIR] [--steps N] [--checkpoint-every N] [--gpu-memory BYTES] [--statistics] [--overwrite] [ENGINE] --out DIR
       npm run --silent headless -- eval [--config FILE] --weights FILE [--run NAME] [--set FIELD=VALUE]… [--ignore NAME]… [--batches FILE | --data DIR] [ENGINE] [--out DIR]
       npm run --silent headless -- inspect FILE [--set FIELD=VALUE]… [--ignore NAME]… [--json]
       npm run --silent headless -- export [--config FILE] --weights FILE [--run NAME] [--format FORMAT] [--names NAMES] [--input INPUT] --out FILE
       npm run --silent headless -- pytorch (--resume FILE [--run NAME] | --config FILE [--init FILE]) [--data DIR] [--overwrite] --out DIR
       npm run --silent headless -- verify FILE [--init FILE] [--batches FILE | --data DIR] [--threads N] [--steps N]
       npm run --silent headless -- experiment NAME [--size SIZE] [--seeds N] [--data DIR] [ENGINE] [--out FILE] [--slide FILE]
       npm run --silent headless -- reference [ENGINE]

  --config FILE   run config, version 1, or a run as JSON; eval, export: left out, that of the checkpoint, or the network that
                  inspect finds
  --init FILE     initial weights (of any format that inspect reads); left out: drawn from the config's seed
  --resume FILE   checkpoint to resume, bit for bit as if training had never stopped: one of headless, or saved on the page
  --run NAME      which run of a checkpoint that holds several, by name or by number, counted from 1
  --weights FILE  weights to evaluate or export: of any format that inspect reads, or a checkpoint
  --set FIELD=VALUE
                  a field of the run config that the weights leave open, such as model.paddingA=end; weights=NAME: which
                  of a file's networks is meant
  --ignore NAME   a tensor to leave out although it changes what is computed; also all tensors under a name, and * for
                  any part of one
  --json          inspect: as JSON, not as text
  --batches FILE  safetensors with images [rows, 3, H, W] float32, normalised, and labels [rows] int32. Batch i is that of
                  step i, also after a resume
  --data DIR      folder with CIFAR-10's Parquet files; left out: CIFAR10_DIR, else data/cifar10 here or in the project
  --steps N       steps to train now; left out: up to the config's, or as many as --batches holds
  --checkpoint-every N
                  writes checkpoint.safetensors every N steps; left out: every two minutes. At the end in either case, and
                  on Ctrl-C and SIGTERM
  --overwrite     replaces another run's files in --out; without it, a folder that holds some is refused
  --gpu-memory N  bytes that training may take of the GPU's memory, images not counted; larger batches are split into
                  micro-batches (training.microBatchSize). Left out: only what the adapter cannot do is split
  --tune          times kernels on this adapter first, or takes those found earlier; without it, the defaults
  --statistics    metrics.jsonl also has each step's weightNorm and updateNorm (L2, by parameter; of the weights as the
                  step found them and of what it took from them) and activationStd (by convolution: the standard
                  deviation of its response over the batch, behind its BatchNorm, before activation and addition)
  --format FORMAT ${FORMAT_IDS.join(', ')}; left out: by the extension of --out
  ENGINE          [--engine auto|webgpu|cpu] [--threads N] [--arithmetic auto|exact|fast]
  --engine NAME   webgpu: a GPU or a software adapter; cpu: WebAssembly on the processor; auto: a GPU, else the processor.
                  Left out: webgpu
  --threads N     of the processor's engine; left out: one a core, at most 8
  --arithmetic A  of the processor's engine. exact: the same bits on every machine; fast: multiplications and additions
                  fused; auto: fast where that gains a fifth or more. Left out: the config's training.arithmetic
  --names NAMES   torchvision, or cifar: those of pytorch_resnet_cifar10; left out: torchvision
  --input INPUT   what ONNX and TF.js networks take: normalised images, or pixels 0 to 255; left out: normalised
  --out DIR       train: metrics.jsonl, weights.safetensors, checkpoint.safetensors, summary.json; eval: logits.safetensors; export: the file itself;
                  pytorch: train.py, checkpoint.pth, README.md and what else the page puts into its zip

  verify FILE     trains a run again on the processor, in exact arithmetic, and says whether its weights match: exit 0 or 1.
                  FILE is a run's JSON (saved on the page, or summary.json) or a config with "weightsSha256"
  experiment NAME trains all nets of one of the page's experiments (degradation, gradient-flow, …) from N seeds (left out: 1)
                  and prints mean and standard error; --out also takes every curve, --slide the first seed's slide as SVG. SIZE: ${EXPERIMENT_SIZES.join(', ')}; left out: small
  reference       how far the engine is from PyTorch in every case of reference/, as a table`;

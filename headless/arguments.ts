/** The command line of `npm run headless`. */
import { parseArgs } from 'node:util';
import { EXPERIMENT_SIZES, type ExperimentSize } from '../src/app/experiments/sizes.ts';
import { IMAGE_INPUTS } from '../src/weights/exportModel.ts';
import {
  DEFAULT_EXPORT,
  type ExportChoice,
  FORMAT_IDS,
  FORMATS,
} from '../src/weights/formats/registry.ts';
import { NAMINGS } from '../src/weights/names.ts';
import { takeAnswers, type WeightsAnswers } from './weightsAnswers.ts';
import { ARITHMETICS, ENGINES, type EngineOptions } from './engineOptions.ts';

export const USAGE = `usage: npm run --silent headless -- train --config FILE [--init FILE] [--batches FILE | --data DIR] [--steps N] [--checkpoint-every N] [--gpu-memory BYTES] [--tune] [--statistics] [ENGINE] --out DIR
       npm run --silent headless -- train --resume FILE [--run NAME] [--batches FILE | --data DIR] [--steps N] [--checkpoint-every N] [--gpu-memory BYTES] [--statistics] [ENGINE] --out DIR
       npm run --silent headless -- eval [--config FILE] --weights FILE [--set FIELD=VALUE]… [--ignore NAME]… [--batches FILE | --data DIR] [ENGINE] [--out DIR]
       npm run --silent headless -- inspect FILE [--set FIELD=VALUE]… [--ignore NAME]… [--json]
       npm run --silent headless -- export --config FILE --weights FILE [--format FORMAT] [--names NAMES] [--input INPUT] --out FILE
       npm run --silent headless -- pytorch (--resume FILE [--run NAME] | --config FILE [--init FILE]) [--data DIR] --out DIR
       npm run --silent headless -- verify FILE [--init FILE] [--batches FILE | --data DIR] [--threads N] [--steps N]
       npm run --silent headless -- experiment NAME [--size SIZE] [--seeds N] [--data DIR] [ENGINE] [--out FILE]
       npm run --silent headless -- reference [ENGINE]

  --config FILE   run config, version 1, or a run as JSON; eval: left out, the network that inspect finds
  --init FILE     initial weights (of any format that inspect reads); left out: drawn from the config's seed
  --resume FILE   checkpoint to resume, bit for bit as if training had never stopped: one of headless, or saved on the page
  --run NAME      which run of a checkpoint that holds several, by name or number
  --weights FILE  weights to evaluate or export (of any format that inspect reads)
  --set FIELD=VALUE
                  a field of the run config that the weights leave open, such as model.paddingA=end; weights=NAME: which
                  of a file's networks is meant
  --ignore NAME   a tensor to leave out although it changes what is computed; also all tensors under a name, and * for
                  any part of one
  --json          inspect: as JSON, not as text
  --batches FILE  safetensors with images [rows, 3, H, W] float32, normalised, and labels [rows] int32
  --data DIR      folder with CIFAR-10's Parquet files; left out: CIFAR10_DIR, else ./data/cifar10
  --steps N       steps to train now; left out: up to the config's, or as many as --batches holds
  --checkpoint-every N
                  writes checkpoint.safetensors every N steps, not only at the end
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
                  and prints mean and standard error; --out also takes every curve. SIZE: ${EXPERIMENT_SIZES.join(', ')}; left out: small
  reference       how far the engine is from PyTorch in every case of reference/, as a table`;

/** Where images come from: one of these, or neither. */
export interface ImageOptions {
  readonly batches: string | null;
  readonly data: string | null;
}

export interface TrainCommand extends ImageOptions, EngineOptions {
  readonly name: 'train';
  readonly start:
    | { readonly kind: 'config'; readonly config: string; readonly init: string | null }
    | { readonly kind: 'resume'; readonly file: string; readonly run: string | null };
  readonly steps: number | null;
  /** Null: at the end only. */
  readonly checkpointEvery: number | null;
  /** Bytes; null: as much as there is. */
  readonly gpuMemory: number | null;
  /** Times kernels first. A resumed run keeps those it has. */
  readonly tune: boolean;
  /** Norms and deviations of the layers go into metrics.jsonl. */
  readonly statistics: boolean;
  readonly out: string;
}

export interface InspectCommand extends WeightsAnswers {
  readonly name: 'inspect';
  readonly file: string;
  readonly json: boolean;
}

export interface EvalCommand extends ImageOptions, EngineOptions, WeightsAnswers {
  readonly name: 'eval';
  /** Null: the network that is found in the weights. */
  readonly config: string | null;
  readonly weights: string;
  readonly out: string | null;
}

export interface ExportCommand {
  readonly name: 'export';
  readonly config: string;
  readonly weights: string;
  readonly choice: ExportChoice;
  /** A file. */
  readonly out: string;
}

/** "Continue in PyTorch" of where `train` would start. */
export interface PyTorchCommand {
  readonly name: 'pytorch';
  readonly start: TrainCommand['start'];
  /** Where the run's images are; null: not looked for. */
  readonly data: string | null;
  readonly out: string;
}

/** A run trained again, to compare its weights. */
export interface VerifyCommand extends ImageOptions {
  readonly name: 'verify';
  /** A run's JSON, or a config with a hash. */
  readonly file: string;
  /** The weights it started from; null: drawn from the seed. */
  readonly init: string | null;
  readonly threads: number | null;
  /** Null: as many as the file says. */
  readonly steps: number | null;
}

/** An experiment of the page, from several seeds. */
export interface ExperimentCommand extends EngineOptions {
  readonly name: 'experiment';
  /** Its name in the page's address. */
  readonly id: string;
  readonly size: ExperimentSize;
  readonly seeds: number;
  readonly data: string | null;
  /** A file; null: none is written. */
  readonly out: string | null;
}

export interface ReferenceCommand extends EngineOptions {
  readonly name: 'reference';
}

type HeadlessCommand =
  | VerifyCommand
  | TrainCommand
  | EvalCommand
  | InspectCommand
  | ExportCommand
  | PyTorchCommand
  | ExperimentCommand
  | ReferenceCommand
  | { readonly name: 'help' };

/** A command line that can't be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const ENGINE_OPTIONS = ['engine', 'threads', 'arithmetic'] as const;

const OPTIONS = {
  train: [
    'config',
    'init',
    'resume',
    'run',
    'batches',
    'data',
    'steps',
    'checkpoint-every',
    'gpu-memory',
    'tune',
    'statistics',
    ...ENGINE_OPTIONS,
    'out',
  ],
  pytorch: ['config', 'init', 'resume', 'run', 'data', 'out'],
  eval: ['config', 'weights', 'batches', 'data', ...ENGINE_OPTIONS, 'out'],
  reference: ENGINE_OPTIONS,
  export: ['config', 'weights', 'format', 'names', 'input', 'out'],
  verify: ['init', 'batches', 'data', 'threads', 'steps'],
  experiment: ['size', 'seeds', 'data', ...ENGINE_OPTIONS, 'out'],
} as const;

/** What the first argument of a command is, where it takes one. */
const SUBJECTS: Readonly<Record<string, string>> = { verify: 'FILE', experiment: 'NAME' };

/** Options that take no value. */
const FLAGS: ReadonlySet<string> = new Set(['tune', 'statistics']);

const isCommand = (name: string | undefined): name is keyof typeof OPTIONS =>
  name !== undefined && Object.hasOwn(OPTIONS, name);

/** @throws UsageError */
export function parseArguments(args: readonly string[]): HeadlessCommand {
  const [name, ...given] = args;
  if (name === 'help' || args.includes('--help') || args.includes('-h')) return { name: 'help' };
  if (name === 'inspect') return inspectCommand(given);
  if (!isCommand(name)) {
    throw new UsageError(name === undefined ? 'no command given' : `unknown command "${name}"`);
  }
  const [subject, rest] = subjectAndRest(name, given);
  const answers = name === 'eval' ? takeAnswers(rest, misunderstood) : null;
  const options = optionValues(answers?.rest ?? rest, OPTIONS[name]);
  const optional = (option: string): string | null => options.get(option) ?? null;
  const required = (option: string): string => {
    const value = options.get(option);
    if (value === undefined) throw new UsageError(`${name} needs --${option}`);
    return value;
  };
  if (name === 'reference') return { name, ...engineOptions(options) };
  if (name === 'export') {
    const [config, weights, out] = [required('config'), required('weights'), required('out')];
    return { name, config, weights, choice: exportChoice(options, out), out };
  }
  const images: ImageOptions = { batches: optional('batches'), data: optional('data') };
  if (images.batches !== null && images.data !== null) {
    throw new UsageError('--batches and --data exclude each other');
  }
  if (name === 'verify') {
    const init = optional('init');
    const [threads, steps] = [options.get('threads') ?? null, optional('steps')];
    const counts = {
      threads: positiveInteger('threads', threads),
      steps: positiveInteger('steps', steps),
    };
    return { name, file: subject, init, ...images, ...counts };
  }
  if (name === 'experiment') {
    return {
      name,
      id: subject,
      size: oneOf(options, 'size', EXPERIMENT_SIZES, 'small'),
      seeds: positiveInteger('seeds', optional('seeds')) ?? 1,
      data: images.data,
      ...engineOptions(options),
      out: optional('out'),
    };
  }
  if (name === 'eval') {
    return {
      name: 'eval',
      config: optional('config'),
      settings: answers?.settings ?? new Map(),
      ignore: answers?.ignore ?? [],
      weights: required('weights'),
      out: optional('out'),
      ...images,
      ...engineOptions(options),
    };
  }
  if (name === 'pytorch') {
    return { name, start: startOf(options, required), data: images.data, out: required('out') };
  }
  const steps = positiveInteger('steps', optional('steps'));
  const checkpointEvery = positiveInteger('checkpoint-every', optional('checkpoint-every'));
  const gpuMemory = positiveInteger('gpu-memory', optional('gpu-memory'));
  const start = startOf(options, required);
  const tune = options.has('tune');
  const flags = { tune, statistics: options.has('statistics') };
  return {
    name,
    start,
    steps,
    checkpointEvery,
    gpuMemory,
    ...flags,
    out: required('out'),
    ...images,
    ...engineOptions(options),
  };
}

const misunderstood = (message: string): never => {
  throw new UsageError(message);
};

/** @throws UsageError */
function inspectCommand(args: readonly string[]): InspectCommand {
  const { settings, ignore, rest } = takeAnswers(args, misunderstood);
  const [file, ...others] = rest.filter((arg) => arg !== '--json');
  if (file === undefined) throw new UsageError('inspect needs a file');
  const unknown = [file, ...others].find((arg) => arg.startsWith('--')) ?? others[0];
  if (unknown !== undefined) throw new UsageError(`inspect takes one file, not ${unknown}`);
  return { name: 'inspect', file, settings, ignore, json: rest.includes('--json') };
}

/** @throws UsageError */
function subjectAndRest(name: string, given: readonly string[]): [string, readonly string[]] {
  const what = SUBJECTS[name];
  if (what === undefined) return ['', given];
  const [subject, ...rest] = given;
  if (subject === undefined || subject.startsWith('-')) {
    throw new UsageError(`${name} needs a ${what}`);
  }
  return [subject, rest];
}

/** @throws UsageError */
function engineOptions(options: ReadonlyMap<string, string>): EngineOptions {
  return {
    engine: oneOf(options, 'engine', ENGINES, 'webgpu'),
    threads: positiveInteger('threads', options.get('threads') ?? null),
    arithmetic: options.has('arithmetic')
      ? oneOf(options, 'arithmetic', ARITHMETICS, 'auto')
      : null,
  };
}

/** @throws UsageError */
function oneOf<T extends string>(
  options: ReadonlyMap<string, string>,
  option: string,
  values: readonly T[],
  otherwise: T,
): T {
  const text = options.get(option) ?? otherwise;
  const found = values.find((value) => value === text);
  if (found === undefined) {
    throw new UsageError(`--${option} ${text}: not one of ${values.join(', ')}`);
  }
  return found;
}

/** @throws UsageError */
function exportChoice(options: ReadonlyMap<string, string>, out: string): ExportChoice {
  const byExtension = FORMATS.find(({ extension }) => out.endsWith(extension));
  if (byExtension === undefined && !options.has('format')) {
    throw new UsageError(`--out ${out} names no format: give --format ${FORMAT_IDS.join(', ')}`);
  }
  return {
    format: oneOf(options, 'format', FORMAT_IDS, byExtension?.id ?? DEFAULT_EXPORT.format),
    naming: oneOf(options, 'names', NAMINGS, DEFAULT_EXPORT.naming),
    input: oneOf(options, 'input', IMAGE_INPUTS, DEFAULT_EXPORT.input),
  };
}

function startOf(
  options: ReadonlyMap<string, string>,
  required: (option: string) => string,
): TrainCommand['start'] {
  const file = options.get('resume');
  const other = ['config', 'init'].find((option) => options.has(option));
  if (file !== undefined && other !== undefined) {
    throw new UsageError(`--resume and --${other} exclude each other: a checkpoint has its own`);
  }
  if (file !== undefined) return { kind: 'resume', file, run: options.get('run') ?? null };
  if (options.has('run')) throw new UsageError('--run names a run of the file given by --resume');
  return { kind: 'config', config: required('config'), init: options.get('init') ?? null };
}

function optionValues(args: readonly string[], names: readonly string[]): Map<string, string> {
  const options = Object.fromEntries(
    names.map((name) => [
      name,
      { type: FLAGS.has(name) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const texts = Object.entries(values).map(([name, value]) => [
      name,
      value === true ? name : value,
    ]);
    return new Map(texts.filter(isGiven));
  } catch (error) {
    // parseArgs explains at length how to pass what it takes for an option; the first sentence says what is wrong.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(/[.\n]/, 1)[0]);
  }
}

const isGiven = (entry: readonly unknown[]): entry is [string, string] =>
  typeof entry[1] === 'string' && entry[1] !== '';

function positiveInteger(option: string, text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`--${option} ${text}: not a positive whole number`);
  }
  return value;
}

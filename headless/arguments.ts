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
  /** Steps; null: by time. */
  readonly checkpointEvery: number | null;
  /** Bytes; null: as much as there is. */
  readonly gpuMemory: number | null;
  /** Times kernels first. A resumed run keeps those it has. */
  readonly tune: boolean;
  /** Norms and deviations of the layers go into metrics.jsonl. */
  readonly statistics: boolean;
  readonly out: string;
  /** Whether another run's files in `out` may be replaced. */
  readonly overwrite: boolean;
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
  /** Which run, where the weights are a checkpoint. */
  readonly run: string | null;
  readonly out: string | null;
}

export interface ExportCommand {
  readonly name: 'export';
  readonly config: string | null;
  readonly weights: string;
  readonly run: string | null;
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
  readonly overwrite: boolean;
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
  /** Likewise, an SVG. */
  readonly slide: string | null;
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
    'overwrite',
    ...ENGINE_OPTIONS,
    'out',
  ],
  pytorch: ['config', 'init', 'resume', 'run', 'data', 'overwrite', 'out'],
  eval: ['config', 'weights', 'run', 'batches', 'data', ...ENGINE_OPTIONS, 'out'],
  reference: ENGINE_OPTIONS,
  export: ['config', 'weights', 'run', 'format', 'names', 'input', 'out'],
  verify: ['init', 'batches', 'data', 'threads', 'steps'],
  experiment: ['size', 'seeds', 'data', ...ENGINE_OPTIONS, 'out', 'slide'],
} as const;

/** What the first argument of a command is, where it takes one. */
const SUBJECTS: Readonly<Record<string, string>> = { verify: 'FILE', experiment: 'NAME' };

/** Options that take no value. */
const FLAGS: ReadonlySet<string> = new Set(['tune', 'statistics', 'overwrite']);

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
    const [weights, out] = [required('weights'), required('out')];
    const [config, run] = [optional('config'), optional('run')];
    return { name, config, weights, run, choice: exportChoice(options, out), out };
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
      slide: optional('slide'),
    };
  }
  if (name === 'eval') {
    return {
      name: 'eval',
      config: optional('config'),
      settings: answers?.settings ?? new Map(),
      ignore: answers?.ignore ?? [],
      weights: required('weights'),
      run: optional('run'),
      out: optional('out'),
      ...images,
      ...engineOptions(options),
    };
  }
  if (name === 'pytorch') {
    const overwrite = options.has('overwrite');
    const start = startOf(options, required);
    return { name, start, data: images.data, out: required('out'), overwrite };
  }
  const steps = positiveInteger('steps', optional('steps'));
  const checkpointEvery = positiveInteger('checkpoint-every', optional('checkpoint-every'));
  const gpuMemory = positiveInteger('gpu-memory', optional('gpu-memory'));
  const start = startOf(options, required);
  const tune = options.has('tune');
  const flags = {
    ...{ tune, statistics: options.has('statistics') },
    overwrite: options.has('overwrite'),
  };
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

/** The command line of `npm run headless`. */
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run --silent headless -- train --config FILE [--init FILE] [--batches FILE | --data DIR] [--steps N] --out DIR
       npm run --silent headless -- eval --config FILE --weights FILE [--batches FILE | --data DIR] [--out DIR]
       npm run --silent headless -- reference

  --config FILE   run config, version 1 (JSON)
  --init FILE     initial weights (safetensors); left out: drawn from the config's seed
  --weights FILE  weights to evaluate (safetensors)
  --batches FILE  safetensors with images [rows, 3, H, W] float32, normalised, and labels [rows] int32
  --data DIR      folder with CIFAR-10's Parquet files; left out: CIFAR10_DIR, else ./data/cifar10
  --steps N       steps to train; left out: the config's, or as many as --batches holds
  --out DIR       train: metrics.jsonl, weights.safetensors, summary.json; eval: logits.safetensors

  reference       how far the engine is from PyTorch in every case of reference/, as a table`;

/** Where images come from: one of these, or neither. */
export interface ImageOptions {
  readonly batches: string | null;
  readonly data: string | null;
}

export interface TrainCommand extends ImageOptions {
  readonly name: 'train';
  readonly config: string;
  readonly init: string | null;
  readonly steps: number | null;
  readonly out: string;
}

export interface EvalCommand extends ImageOptions {
  readonly name: 'eval';
  readonly config: string;
  readonly weights: string;
  readonly out: string | null;
}

export type HeadlessCommand =
  | TrainCommand
  | EvalCommand
  | { readonly name: 'reference' }
  | { readonly name: 'help' };

/** A command line that can't be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const OPTIONS = {
  train: ['config', 'init', 'batches', 'data', 'steps', 'out'],
  eval: ['config', 'weights', 'batches', 'data', 'out'],
} as const;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): HeadlessCommand {
  const [name, ...rest] = args;
  if (name === 'help' || args.includes('--help') || args.includes('-h')) return { name: 'help' };
  if (name === 'reference' && rest.length === 0) return { name };
  if (name !== 'train' && name !== 'eval') {
    throw new UsageError(name === undefined ? 'no command given' : `unknown command "${name}"`);
  }
  const options = optionValues(rest, OPTIONS[name]);
  const optional = (option: string): string | null => options.get(option) ?? null;
  const required = (option: string): string => {
    const value = options.get(option);
    if (value === undefined) throw new UsageError(`${name} needs --${option}`);
    return value;
  };
  const images: ImageOptions = { batches: optional('batches'), data: optional('data') };
  if (images.batches !== null && images.data !== null) {
    throw new UsageError('--batches and --data exclude each other');
  }
  const config = required('config');
  if (name === 'eval') {
    return { name, config, weights: required('weights'), out: optional('out'), ...images };
  }
  const steps = stepCount(optional('steps'));
  return { name, config, init: optional('init'), steps, out: required('out'), ...images };
}

function optionValues(args: readonly string[], names: readonly string[]): Map<string, string> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return new Map(Object.entries(values).filter(isGiven));
  } catch (error) {
    // parseArgs explains at length how to pass what it takes for an option; the first sentence says what is wrong.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(/[.\n]/, 1)[0]);
  }
}

const isGiven = (entry: [string, unknown]): entry is [string, string] =>
  typeof entry[1] === 'string' && entry[1] !== '';

function stepCount(text: string | null): number | null {
  if (text === null) return null;
  const steps = Number(text);
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new UsageError(`--steps ${text}: not a positive whole number`);
  }
  return steps;
}

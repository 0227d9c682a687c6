/** The command line of `npm run bench`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError } from '../headless/arguments.ts';
import { MOST_THREADS } from '../src/engine/cpu/threads/mostThreads.ts';
import type { TrainingConfig } from '../src/model/config.ts';
import { DEFAULT_ENGINES, ENGINE_NAMES, type EngineName, isEngineName } from './engines.ts';

/** As long as the tuner may take where nobody waits for it. */
const TUNING_MS = 30_000;

export const USAGE = `usage: npm run --silent bench -- [--model NAME] [--batch N] [--engines LIST] [--threads LIST] [--adapter default|null] [--precision single|half] [--rounds N] [--tune] [--profile] [--depths LIST] [--json]

  --model NAME     resnet-20 (the default), plain-56, resnet-50-cifar, …: a preset, or resnet-N or plain-N with N = 6n + 2
  --batch N        images a step; 32 if left out
  --engines LIST   of ${ENGINE_NAMES.join(',')};
                   ${DEFAULT_ENGINES.join(',')} if left out.
                   ours-cpu takes the arithmetic that headless would; -exact and -fast say which
  --threads LIST   of ours-cpu and pytorch, a row for each: commonly 1,2; as many as cores, at most 8, if left out
  --adapter null   executes nothing: what issuing a step costs the CPU
  --precision half our engine stores activations as float16, where the adapter has shader-f16
  --rounds N       turns of every engine; 5 if left out
  --tune           our engine tries its kernels first, for ${TUNING_MS / 1000} s; by default it takes the adapter's defaults
  --depths LIST    our engine alone on ResNets of these depths, commonly 20,56,110: what each block costs
  --profile        tables of our kernels too, on the GPU and on the processor
  --json           one JSON object on standard output, and nothing else`;

type AdapterChoice = 'default' | 'null';
export type Precision = TrainingConfig['precision'];

export interface BenchCommand {
  readonly name: 'bench';
  readonly model: string;
  readonly batch: number;
  readonly engines: readonly EngineName[];
  /** For engines that take a number of threads, rising. */
  readonly threads: readonly number[];
  readonly adapter: AdapterChoice;
  /** Our engine's; the others are always single. */
  readonly precision: Precision;
  readonly rounds: number;
  /** For our engine's tuner; 0 for none. */
  readonly tuningMs: number;
  /** Depths to compare, rising; empty for the usual comparison of engines. */
  readonly depths: readonly number[];
  readonly profile: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseArguments(args: readonly string[]): BenchCommand | { readonly name: 'help' } {
  if (args.includes('--help') || args.includes('-h') || args[0] === 'help') return { name: 'help' };
  const options = optionValues(args);
  return {
    name: 'bench',
    model: options.model ?? 'resnet-20',
    batch: count('batch', options.batch ?? '32', 2),
    engines: engineNames(options.engines),
    threads: threads(options.threads),
    adapter: adapterChoice(options.adapter ?? 'default'),
    precision: precision(options.precision ?? 'single'),
    rounds: count('rounds', options.rounds ?? '5', 1),
    tuningMs: options.tune ? TUNING_MS : 0,
    depths: depths(options.depths),
    profile: options.profile ?? false,
    json: options.json ?? false,
  };
}

function optionValues(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        model: { type: 'string' },
        batch: { type: 'string' },
        engines: { type: 'string' },
        threads: { type: 'string' },
        adapter: { type: 'string' },
        precision: { type: 'string' },
        rounds: { type: 'string' },
        tune: { type: 'boolean' },
        depths: { type: 'string' },
        profile: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(option: string, text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least))
    throw new UsageError(`--${option} ${text}: not a whole number from ${least} on`);
  return value;
}

const depths = (list: string | undefined): number[] => counts('depths', list ?? '', 8);

function threads(list: string | undefined): number[] {
  if (list === undefined) return [Math.min(MOST_THREADS, availableParallelism())];
  return counts('threads', list, 1);
}

/** Rising, each once. */
function counts(option: string, list: string, least: number): number[] {
  const given = list === '' ? [] : list.split(',').map((text) => count(option, text, least));
  return [...new Set(given)].sort((a, b) => a - b);
}

function engineNames(list: string | undefined): EngineName[] {
  if (list === undefined) return [...DEFAULT_ENGINES];
  const names = list.split(',').map((name) => {
    if (!isEngineName(name)) {
      throw new UsageError(
        `--engines: there is no "${name}"; choose of ${ENGINE_NAMES.join(', ')}`,
      );
    }
    return name;
  });
  return [...new Set(names)];
}

function adapterChoice(value: string): AdapterChoice {
  if (value === 'default' || value === 'null') return value;
  throw new UsageError(`--adapter ${value}: default or null`);
}

function precision(value: string): Precision {
  if (value === 'single' || value === 'half') return value;
  throw new UsageError(`--precision ${value}: single or half`);
}

/** What `npm run faults` is asked for. */
import { parseArgs } from 'node:util';
import { UsageError } from '../headless/arguments.ts';

export const USAGE = `npm run faults -- [--faults N] [--seed S] [--only KIND[,KIND]] [--minutes M] [--workers W] [--json FILE]
npm run faults -- --soak STEPS
npm run faults -- --fuzz INPUTS [--seed S] [--first INPUT] [--only PARSER[,PARSER]]

  --faults N    faults to inject (1000)
  --seed S      of the first case (1); with --only KIND and --faults 1 the one case that was reported
  --minutes M   stops after so long
  --workers W   browsers side by side (2)
  --json FILE   a line of JSON a case; with the same file a campaign that was stopped goes on`;

export interface Arguments {
  readonly mode: 'campaign' | 'soak' | 'fuzz';
  readonly faults: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly minutes: number | null;
  readonly workers: number;
  readonly json: string | null;
  /** Of a soak. */
  readonly steps: number;
  /** Of a fuzz. */
  readonly inputs: number;
  /** The first of them. */
  readonly first: number;
  /** A folder with the built page; null: it is built. */
  readonly built: string | null;
}

const text = { type: 'string' } as const;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parsed(args);
  const whole = (name: keyof typeof values, otherwise: number): number => {
    const value = values[name] ?? `${otherwise}`;
    if (!/^\d+$/.test(value)) throw new UsageError(`--${name} takes a whole number, not ${value}.`);
    return Number(value);
  };
  return {
    mode: values.soak !== undefined ? 'soak' : values.fuzz !== undefined ? 'fuzz' : 'campaign',
    faults: whole('faults', 1000),
    seed: whole('seed', 1),
    only: values.only?.split(',') ?? [],
    minutes: values.minutes === undefined ? null : whole('minutes', 0),
    workers: whole('workers', 2),
    json: values.json ?? null,
    steps: whole('soak', 0),
    inputs: whole('fuzz', 0),
    first: whole('first', 0),
    built: values.built ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        faults: text,
        seed: text,
        only: text,
        minutes: text,
        workers: text,
        json: text,
        soak: text,
        fuzz: text,
        first: text,
        built: text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

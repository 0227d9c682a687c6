import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../headless/arguments.ts';
import { parseArguments } from './arguments.ts';
import { DEFAULT_ENGINES } from './engines.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean));

describe('parseArguments', () => {
  it('fills in what is left out', () => {
    expect(parse('')).toEqual({
      name: 'bench',
      model: 'resnet-20',
      batch: 32,
      engines: DEFAULT_ENGINES,
      threads: [Math.min(8, availableParallelism())],
      adapter: 'default',
      precision: 'single',
      rounds: 5,
      tuningMs: 0,
      depths: [],
      profile: false,
      json: false,
    });
  });

  it('reads a complete command', () => {
    const line =
      '--model plain-56 --batch=8 --engines ours,ours --adapter null --precision half --rounds 2 --threads 2,1 --json --profile --tune';
    expect(parse(line)).toEqual({
      name: 'bench',
      model: 'plain-56',
      batch: 8,
      engines: ['ours'],
      threads: [1, 2],
      adapter: 'null',
      precision: 'half',
      rounds: 2,
      tuningMs: 30_000,
      depths: [],
      profile: true,
      json: true,
    });
    expect(parse('--batch 8 --help')).toEqual({ name: 'help' });
  });

  it('sorts depths', () => {
    expect(parse('--depths 110,20,56,20')).toMatchObject({ depths: [20, 56, 110] });
  });

  it.each([
    ['--depths 20,deep', '--depths deep: not a whole number from 8 on'],
    ['--batch 1', '--batch 1: not a whole number from 2 on'],
    ['--batch 8.5', '--batch 8.5: not a whole number'],
    ['--threads 0', '--threads 0: not a whole number from 1 on'],
    ['--rounds 0', '--rounds 0: not a whole number from 1 on'],
    ['--engines ours,torch', '--engines: there is no "torch"; choose of ours'],
    ['--adapter gpu', '--adapter gpu: default or null'],
    ['--precision double', '--precision double: single or half'],
    ['--depth 20', "Unknown option '--depth'"],
    ['resnet-20', "Unexpected argument 'resnet-20'"],
  ])('refuses "%s"', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });
});

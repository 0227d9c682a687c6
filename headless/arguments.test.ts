import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

const NO_ENGINE = { engine: 'webgpu', threads: null, arithmetic: null };

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean));

describe('parseArguments', () => {
  it('reads a complete train command, in either spelling', () => {
    const command = {
      name: 'train',
      start: { kind: 'config', config: 'c.json', init: 'i.safetensors' },
      batches: 'b.safetensors',
      data: null,
      steps: 5,
      checkpointEvery: null,
      gpuMemory: 2000000,
      tune: false,
      statistics: false,
      overwrite: false,
      out: 'o',
      ...NO_ENGINE,
    };
    expect(
      parse(
        'train --config c.json --init i.safetensors --batches b.safetensors --steps 5 --gpu-memory 2000000 --out o',
      ),
    ).toEqual(command);
    expect(
      parse(
        'train --out=o --gpu-memory=2e6 --steps=5 --batches=b.safetensors --init=i.safetensors --config=c.json',
      ),
    ).toEqual(command);
  });

  it('reads a command that resumes', () => {
    expect(
      parse(
        'train --resume r --run 2 --checkpoint-every 10 --tune --statistics --overwrite --out o',
      ),
    ).toEqual({
      name: 'train',
      start: { kind: 'resume', file: 'r', run: '2' },
      batches: null,
      data: null,
      steps: null,
      checkpointEvery: 10,
      gpuMemory: null,
      tune: true,
      statistics: true,
      overwrite: true,
      out: 'o',
      ...NO_ENGINE,
    });
  });

  it('reads an experiment', () => {
    const command = { name: 'experiment', id: 'degradation', size: 'small', seeds: 1 };
    expect(parse('experiment degradation')).toEqual({
      ...command,
      data: null,
      out: null,
      slide: null,
      ...NO_ENGINE,
    });
    expect(
      parse('experiment degradation --size full --seeds 3 --engine cpu --slide s.svg'),
    ).toMatchObject({
      ...command,
      slide: 's.svg',
      size: 'full',
      seeds: 3,
      engine: 'cpu',
    });
    expect(() => parse('experiment --seeds 3')).toThrow('experiment needs a NAME');
    expect(() => parse('experiment x --size huge')).toThrow('--size huge: not one of tiny, small');
  });

  it('reads a complete eval command', () => {
    expect(parse('eval --config c.json --weights w --data d --out o')).toEqual({
      name: 'eval',
      config: 'c.json',
      weights: 'w',
      run: null,
      batches: null,
      data: 'd',
      out: 'o',
      settings: new Map(),
      ignore: [],
      ...NO_ENGINE,
    });
  });

  it('reads what is known of a weights file', () => {
    const found = parse(
      'eval --weights w --set paddingA=end --set=data.mean=[0,0,0] --ignore se --ignore *.mask --out o',
    );
    expect(found).toMatchObject({
      ...{ config: null, ignore: ['se', '*.mask'] },
      settings: new Map<string, unknown>([
        ['model.paddingA', 'end'],
        ['data.mean', [0, 0, 0]],
      ]),
    });
    expect(parse('inspect w.pth --json --set model.batchNormEps=0.001 --set weights=ema')).toEqual({
      ...{ name: 'inspect', file: 'w.pth', json: true, ignore: [] },
      settings: new Map<string, unknown>([
        ['model.batchNormEps', 0.001],
        ['weights', 'ema'],
      ]),
    });
    for (const wrong of ['inspect', 'inspect a b', 'inspect a --jso', 'inspect a --set b']) {
      expect(() => parse(wrong), wrong).toThrow(UsageError);
    }
  });

  it('reads which engine to run on', () => {
    const named = 'eval --config c --weights w --engine cpu --threads 3 --arithmetic exact';
    expect(parse(named)).toMatchObject({ engine: 'cpu', threads: 3, arithmetic: 'exact' });
    expect(() => parse('eval --config c --weights w --engine gpu')).toThrow(UsageError);
    expect(() => parse('eval --config c --weights w --threads 0')).toThrow(UsageError);
  });

  it('reads an export command; the extension names the format', () => {
    const named = parse('export --config c --weights w --format tfjs --names cifar --out o.zip');
    expect(named).toEqual({
      name: 'export',
      config: 'c',
      weights: 'w',
      run: null,
      choice: { format: 'tfjs', naming: 'cifar', input: 'normalised' },
      out: 'o.zip',
    });
    expect(parse('export --weights w --run 2 --input pixels --out net.onnx')).toMatchObject({
      ...{ config: null, run: '2' },
      choice: { format: 'onnx', naming: 'torchvision', input: 'pixels' },
    });
  });

  it('reads what is to go on in PyTorch', () => {
    expect(parse('pytorch --resume r --data d --out o')).toEqual({
      name: 'pytorch',
      start: { kind: 'resume', file: 'r', run: null },
      data: 'd',
      out: 'o',
      overwrite: false,
    });
  });

  it.each([
    ['', 'no command given'],
    ['learn --config c', 'unknown command "learn"'],
    ['train --out o', 'train needs --config'],
    ['train --config c', 'train needs --out'],
    ['train --config= --out o', 'train needs --config'],
    ['eval --config c', 'eval needs --weights'],
    ['eval --config c --weights w --steps 5', "Unknown option '--steps'"],
    ['train --config c --out o --batches b --data d', '--batches and --data exclude each other'],
    ['train --resume r --config c --out o', '--resume and --config exclude each other'],
    ['train --resume r --out o --checkpoint-every x', '--checkpoint-every x: not a positive'],
    ['train --config c --out o --overwrite=yes', "'--overwrite' does not take an argument"],
    ['train --config c --run 1 --out o', '--run names a run of the file given by --resume'],
    ['train --config c --out o --steps 0', '--steps 0: not a positive whole number'],
    ['train --config c --out o --steps 1.5', '--steps 1.5: not a positive whole number'],
    ['export --config c --weights w --out o', '--out o names no format'],
    [
      'export --config c --weights w --format pt --out o',
      '--format pt: not one of safetensors, pth',
    ],
    ['export --config c --weights w --names mine --out o.pth', '--names mine: not one of'],
    ['export --config c --out o.pth', 'export needs --weights'],
    ['train --config c --out o --gpu-memory 2GB', '--gpu-memory 2GB: not a positive whole number'],
    ['train --config c --out o extra', "Unexpected argument 'extra'"],
  ])('refuses "%s"', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('verifies a file', () => {
    const nothing = { init: null, batches: null, data: null, threads: null, steps: null };
    expect(parse('verify run.json')).toEqual({ name: 'verify', file: 'run.json', ...nothing });
    expect(parse('verify run.json --threads 3 --steps 5 --data d --init w')).toEqual({
      ...{ name: 'verify', file: 'run.json', init: 'w', batches: null, data: 'd' },
      ...{ threads: 3, steps: 5 },
    });
    for (const line of ['verify', 'verify --threads 2 run.json', 'verify run.json --out o']) {
      expect(() => parse(line)).toThrow(UsageError);
    }
  });
});

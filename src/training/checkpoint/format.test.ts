import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { type WritableTensor, writeSafetensors } from '../../weights/writeSafetensors.ts';
import { CheckpointError, RECORD_KEY } from './checkpoint.ts';
import { BLANK_CHECKSUM, CHECKSUM_KEY, seal } from './checksum.ts';
import { readCheckpoint } from './read.ts';
import { checkpointAt, savedRun } from './testing/checkpoints.ts';
import { checkpointFileName, writeCheckpoint } from './write.ts';

const checkpoint = { ...checkpointAt(5), runs: [savedRun(5), savedRun(3, 1)] };
const file = await writeCheckpoint(checkpoint);

/** A file with its tensors and record changed, and a checksum that fits. */
async function forged(
  change: (tensors: Map<string, WritableTensor>, record: Record<string, unknown>) => void,
  from: Uint8Array = file,
): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(from);
  const record = JSON.parse(metadata.get(RECORD_KEY) ?? '');
  const writable = new Map<string, WritableTensor>();
  for (const [name, { shape, data }] of tensors)
    if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array)
      writable.set(name, { shape, data });
  change(writable, record);
  const bytes = writeSafetensors(writable, {
    [CHECKSUM_KEY]: BLANK_CHECKSUM,
    [RECORD_KEY]: JSON.stringify(record),
  });
  await seal(bytes);
  return bytes;
}

const vector = (...values: number[]) => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

describe('checkpoint files', () => {
  it('give back what was written, to the bit', async () => {
    expect(await readCheckpoint(file)).toEqual(checkpoint);
    const kernelChoices = { conv1: 'rows-4' };
    const imported = { source: 'a.pth', weights: savedRun(0).state.weights };
    const chosen = { ...checkpoint, runs: [{ ...savedRun(0), kernelChoices, imported }] };
    expect(await readCheckpoint(await writeCheckpoint(chosen))).toEqual(chosen);
  });

  it('keep Adam’s second moments, and refuse them where there is no Adam', async () => {
    const run = savedRun(4);
    const { training } = run.config;
    const optimizer = { ...training.optimizer, type: 'adam' as const };
    const adam: typeof run = {
      ...run,
      config: { ...run.config, training: { ...training, optimizer } },
      state: { ...run.state, secondMoment: new Map([...run.state.weights].slice(1, 4)) },
    };
    const written = { ...checkpoint, runs: [adam] };
    expect(await readCheckpoint(await writeCheckpoint(written))).toEqual(written);
    const stray = { ...written, runs: [{ ...adam, config: run.config }] };
    await expect(readCheckpoint(await writeCheckpoint(stray))).rejects.toThrow(
      'no run uses its tensor 0/secondMoment/',
    );
    const bad = new Map([['fc.bias', { shape: [10], data: new Float32Array(10).fill(Infinity) }]]);
    const broken = { ...adam, state: { ...adam.state, secondMoment: bad } };
    await expect(
      readCheckpoint(await writeCheckpoint({ ...written, runs: [broken] })),
    ).rejects.toThrow('not finite');
  });

  it('keep the averages of a run that takes any, and miss none of them', async () => {
    const run = savedRun(4);
    const averaged: typeof run = {
      ...run,
      config: { ...run.config, training: { ...run.config.training, averageDecay: 0.9 } },
      state: { ...run.state, average: new Map(run.state.weights) },
    };
    const written = { ...checkpoint, runs: [averaged] };
    expect(await readCheckpoint(await writeCheckpoint(written))).toEqual(written);
    const some = new Map([...run.state.weights].slice(1));
    const lacking = { ...averaged, state: { ...averaged.state, average: some } };
    await expect(
      readCheckpoint(await writeCheckpoint({ ...written, runs: [lacking] })),
    ).rejects.toThrow('lacks conv1.weight');
    const first = { ...averaged, state: run.state };
    const unbegun = { ...written, runs: [first] };
    expect(await readCheckpoint(await writeCheckpoint(unbegun))).toEqual(unbegun);
    const stray = { ...averaged, config: run.config };
    await expect(
      readCheckpoint(await writeCheckpoint({ ...written, runs: [stray] })),
    ).rejects.toThrow('no run uses its tensor 0/average/');
  });

  it('of earlier versions, without statistics of the layers, open with none', async () => {
    const early = await forged((tensors) => {
      for (const name of [...tensors.keys()]) {
        const isLater = /history\/(statistics\.|latest\.(weightNorm|updateNorm|activationStd))/;
        if (isLater.test(name)) tensors.delete(name);
      }
    });
    const read = await readCheckpoint(early);
    for (const [i, { history }] of read.runs.entries()) {
      const { statistics, latest, ...rest } = history;
      const whole = checkpoint.runs[i]?.history;
      expect(rest).toEqual({ ...whole, statistics: undefined, latest: undefined });
      expect(latest).toEqual({ ...whole?.latest, statistics: null });
      expect([statistics.firstStep.length, statistics.columns.values?.length]).toEqual([0, 0]);
    }
  });

  it('are refused where a run would go back to weights that are not finite', async () => {
    const run = savedRun(2);
    const weights = new Map(run.state.weights);
    weights.set('fc.bias', { shape: [10], data: new Float32Array(10).fill(Number.NaN) });
    const runs = [{ ...run, imported: { source: 'a.pth', weights } }];
    const bytes = await writeCheckpoint({ ...checkpoint, runs });
    await expect(readCheckpoint(bytes)).rejects.toThrow('numbers that are not finite');
  });

  it('are named after their first run', () => {
    expect(checkpointFileName([savedRun(12)])).toBe('resnet-4-step-12.checkpoint.safetensors');
    expect(checkpointFileName(checkpoint.runs)).toBe(
      'resnet-4-and-1-more-step-5.checkpoint.safetensors',
    );
  });

  it.each<[string, Parameters<typeof forged>[0], RegExp]>([
    [
      'a weight that is missing',
      (t) => t.delete('0/weights/conv1.weight'),
      /Tiny lacks conv1\.weight/,
    ],
    [
      'a weight of another shape',
      (t) => t.set('1/weights/bn1.weight', vector(1, 2, 3)),
      /tensor 1\/weights\/bn1\.weight is F32 \[3\], its config asks for F32 \[2\]/,
    ],
    [
      'a tensor too many',
      (t) => t.set('0/weights/extra', vector(1)),
      /uses its tensor 0\/weights\/extra/,
    ],
    [
      'a run’s tensors too many',
      (t) => t.set('2/weights/fc.bias', vector(1)),
      /2\/weights\/fc\.bias/,
    ],
    [
      'numbers that are not finite',
      (t) => t.set('0/momentum/bn1.weight', vector(1, Number.NaN)),
      /not finite/,
    ],
    [
      'a history with a part missing',
      (t) => t.delete('0/history/loss.mean'),
      /tensor 0\/history\/loss\.mean is missing/,
    ],
    [
      'a history of other lengths',
      (t) => t.set('0/history/learningRate', vector(1)),
      /learningRate is \[1\], not \[5\]/,
    ],
    [
      'a history whose rows go back',
      (t) => t.set('0/history/firstStep', { shape: [5], data: Int32Array.of(0, 1, 0, 3, 4) }),
      /row 2 does not follow/,
    ],
    [
      'statistics of other layers',
      (t) => t.set('0/history/statistics.values', { shape: [5, 1], data: new Float32Array(5) }),
      /statistics\.values is \[5, 1\], not \[5, \d+\]/,
    ],
    [
      'statistics whose rows go back',
      (t) =>
        t.set('0/history/statistics.lastStep', { shape: [5], data: Int32Array.of(0, 1, 1, 3, 4) }),
      /row 2 does not follow/,
    ],
    ['a negative step', (_, r) => Object.assign(r, { savedAtMs: -1 }), /wrong at savedAtMs/],
    ['no run', (_, r) => Object.assign(r, { runs: [] }), /wrong at runs/],
    [
      'a step after its last',
      (_, r) => setAt(r, ['runs', '0', 'step'], 0x7fff_ffff),
      /at step 2147483647 of 2000/,
    ],
    [
      'a step that it has not measured',
      (_, r) => setAt(r, ['runs', '0', 'step'], 7),
      /at step 7, but its history ends after step 5/,
    ],
    [
      'a step after its last, finished',
      (_, r) => {
        setAt(r, ['runs', '0', 'step'], 0x7fff_ffff);
        setAt(r, ['runs', '0', 'status'], 'finished');
      },
      /its history ends after step 5/,
    ],
  ])('with %s are refused', async (_, change, message) => {
    const bytes = await forged(change);
    await expect(readCheckpoint(bytes)).rejects.toThrow(message);
    await expect(readCheckpoint(bytes)).rejects.toMatchObject({ kind: 'unfit' });
  });

  it('of a later version are refused as such', async () => {
    const bytes = await forged((_, record) => Object.assign(record, { version: 2 }));
    const message = 'it is of version 2; this program reads version 1.';
    await expect(readCheckpoint(bytes)).rejects.toMatchObject({ kind: 'newer', message });
  });

  it('with a history of one row and columns of two are refused', async () => {
    const single = await writeCheckpoint(checkpointAt(1));
    const bytes = await forged((t) => t.set('0/history/loss.mean', vector(1, 2)), single);
    await expect(readCheckpoint(bytes)).rejects.toThrow(/loss\.mean is \[2\], not \[1\]/);
  });

  it('whose config is another network’s are refused', async () => {
    const deeper = await forged((_, record) => {
      const text = JSON.stringify(record).replaceAll('"stageDepths":[1]', '"stageDepths":[2]');
      Object.assign(record, JSON.parse(text));
    });
    await expect(readCheckpoint(deeper)).rejects.toThrow(/lacks layer1\.1\.conv1\.weight/);
  });

  it('are told from weights and from other safetensors', async () => {
    const tensors = new Map([['w', vector(1)]]);
    await expect(readCheckpoint(writeSafetensors(tensors, { config: '{}' }))).rejects.toThrow(
      /weights alone/,
    );
    await expect(readCheckpoint(writeSafetensors(tensors))).rejects.toThrow(/not a checkpoint/);
    await expect(readCheckpoint(new Uint8Array(0))).rejects.toThrow(CheckpointError);
  });

  it('with any bytes changed or cut are refused, with nothing but CheckpointError', async () => {
    const damage = fc.record({
      // Most of what can be got wrong is in the header.
      at: fc.oneof(fc.nat({ max: 6000 }), fc.nat({ max: file.length - 1 })),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    const damaged = fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat({ max: file.length - 1 })),
      async (damages, cut) => {
        const bytes = file.slice(0, cut ?? file.length);
        for (const { at, flip } of damages) {
          if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ flip;
        }
        const isWhole = bytes.length === file.length && bytes.every((byte, i) => byte === file[i]);
        if (isWhole) return;
        await expect(readCheckpoint(bytes)).rejects.toThrow(CheckpointError);
      },
    );
    await fc.assert(damaged, { numRuns: 300 });
  });

  it('with any header under a checksum that fits are refused with nothing but CheckpointError', async () => {
    const { tensors, metadata } = readSafetensors(file);
    const names = [...tensors.keys()];
    const record = JSON.parse(metadata.get(RECORD_KEY) ?? '');
    const paths = pathsOf(record);
    const forging = fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.oneof(fc.jsonValue(), fc.nat(), fc.constantFrom(-1, 1e300, '__proto__', null, [], {})),
      fc.option(fc.constantFrom(...names)),
      fc.boolean(),
      async (path, value, name, isRemoved) => {
        const bytes = await forged((writable, changed) => {
          if (name !== null && isRemoved) writable.delete(name);
          else if (name !== null) writable.set(name, vector(1, 2));
          setAt(changed, path, value);
        });
        await readCheckpoint(bytes).catch((error: unknown) =>
          expect(error).toBeInstanceOf(CheckpointError),
        );
      },
    );
    await fc.assert(forging, { numRuns: 300 });
  });
});

/** Every place of a JSON value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function setAt(target: unknown, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (typeof target !== 'object' || target === null || key === undefined) return;
  if (rest.length === 0) Object.assign(target, { [key]: value });
  else setAt(Reflect.get(target, key), rest, value);
}

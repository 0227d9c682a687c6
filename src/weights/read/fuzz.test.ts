/**
 * Damaged files of every format: each is refused by a WeightsError, or what it gives is whole and can be inspected.
 * FUZZ_RUNS sets how many are tried.
 */
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { FORMATS, formatOf } from '../formats/registry.ts';
import { inspect } from '../match/inspect.ts';
import { fixture, GOOD_FIXTURES } from '../testing/fixtures.ts';
import { exportModel } from '../testing/nets.ts';
import { npyHeader, npyOf } from '../testing/npyBytes.ts';
import { dict, pickled, pth, tensor, text } from '../testing/pickleBytes.ts';
import { tarOf } from '../../containers/testing/tarBytes.ts';
import { tarPth } from '../testing/tarPthBytes.ts';
import { zipOf } from '../../containers/testing/zipBytes.ts';
import { WeightsError } from '../weightsError.ts';
import { readWeights } from './readWeights.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 4000);

async function corpus(): Promise<Uint8Array[]> {
  const model = exportModel('pre-activation A, sigmoid, ImageNet stem');
  const options = { naming: 'torchvision', input: 'pixels' } as const;
  const exported = await Promise.all(
    FORMATS.filter(({ id }) => id !== 'tfjs').map(async ({ id }) =>
      (await formatOf(id).load()).write(model, options),
    ),
  );
  const small = pickled(dict([text('w'), tensor()], [text('v'), tensor({ strides: [1, 2] })]));
  const state = fixture('state_dict.pth');
  return [
    ...exported,
    ...GOOD_FIXTURES.map(fixture),
    small,
    pth(small),
    npyOf(npyHeader("'>f4'", '(2, 3)'), new Uint8Array(24)),
    npyOf(npyHeader("'|O'", '()'), small),
    gzipSync(state),
    zipOf({ 'a/model.pth': state, 'b.npz': fixture('savez.npz') }),
    tarOf({ 'model.th': fixture('before_1_6.th') }),
    tarPth([{ name: 'w', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]),
  ];
}

/** Bytes overwritten, a piece cut out or doubled, the end cut off. */
function damaged(whole: Uint8Array, random: readonly number[]): Uint8Array {
  const at = (i: number): number => (random[i] ?? 0) % Math.max(1, whole.length);
  const kind = (random[0] ?? 0) % 8;
  if (kind === 0) return whole.slice(0, at(1));
  if (kind === 1) {
    const [from, to] = [at(1), at(1) + ((random[2] ?? 0) % 40)];
    return joined(whole.subarray(0, from), whole.subarray(to));
  }
  if (kind === 2) {
    const piece = whole.subarray(at(1), at(1) + ((random[2] ?? 0) % 40));
    const place = at(3);
    return joined(whole.subarray(0, place), piece, whole.subarray(place));
  }
  const bytes = whole.slice();
  // Headers and pickles are at the beginning or, in zip files, at the end.
  const reach = kind < 5 ? Math.min(whole.length, 600) : whole.length;
  for (let i = 1; i + 1 < random.length; i += 2) {
    bytes[(random[i] ?? 0) % reach] = (random[i + 1] ?? 0) & 255;
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

it('damaged files of every format are refused, or are whole', async () => {
  const files = await corpus();
  const counts = { read: 0, refused: 0 };
  const random = fc.array(fc.nat({ max: 0x7fffffff }), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...files), random, (whole, numbers) => {
      try {
        const file = readWeights(damaged(whole, numbers));
        for (const { tensors } of file.groups) {
          for (const { shape, data } of tensors.values()) {
            const length = shape.reduce((product, n) => product * n, 1);
            if (data.length !== length) throw new Error(`${data.length} numbers of ${length}`);
          }
        }
        const { state, blocked, reason } = inspect(file);
        const isUsable = blocked === null && reason === null;
        if (isUsable !== (state !== null)) throw new Error('neither usable nor blocked');
        counts.read++;
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error;
        counts.refused++;
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  if (process.env.FUZZ_RUNS !== undefined) process.stdout.write(`${JSON.stringify(counts)}\n`);
  expect(counts.read).toBeGreaterThan(RUNS / 100);
  expect(counts.refused).toBeGreaterThan(RUNS / 4);
}, 3_600_000);

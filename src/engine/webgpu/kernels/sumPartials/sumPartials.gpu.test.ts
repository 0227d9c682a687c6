import { describe, expect, it } from 'vitest';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { type Piece, packPieces, piecesOf, type SumLanes } from './pieces.ts';
import { sumPartialsReference } from './sumPartials.reference.ts';
import { sumPartials } from './sumPartials.ts';

const LANES = [256, 64] as const;

/** Padded lengths of tensors and the copies of their gradients: many, some, few; with a short last piece and without. */
const TENSORS = [
  { length: 1124, copies: 3 },
  { length: 1024, copies: 1 },
  { length: 64, copies: 40 },
  { length: 12, copies: 17 },
  { length: 260, copies: 7 },
];
/** Between tensors: gradients that lie in place. */
const GAP = 8;

function layOut(lanes: SumLanes) {
  const pieces: Piece[] = [];
  let [offset, copyOffset] = [GAP, 4];
  for (const { length, copies } of TENSORS) {
    pieces.push(...piecesOf({ length, offset }, { copies, copyOffset }, lanes));
    offset += length + GAP;
    copyOffset += length * copies;
  }
  return { pieces, gradientFloats: offset, copyFloats: copyOffset };
}

async function run(lanes: SumLanes) {
  const { pieces, gradientFloats, copyFloats } = layOut(lanes);
  const copies = randomArray(copyFloats, 1);
  const gradients = randomArray(gradientFloats, 2);
  const expected = sumPartialsReference(pieces, copies, gradients);
  const buffers = { pieceTable: packPieces(pieces, lanes), copies, gradients };
  await runKernels(sumPartials<Data>({ pieces: pieces.length, lanes }, buffers));
  return { gradients, expected };
}

describe.each(LANES)('sumPartials by %d lanes', (lanes) => {
  it('sums copies, and keeps what lies between', async () => {
    const { gradients, expected } = await run(lanes);
    expect(relativeError(gradients, expected)).toBeLessThan(3e-7);
    expect(Array.from(gradients.subarray(0, GAP))).toEqual(Array.from(expected.subarray(0, GAP)));
  });

  it('gives the same bits every time', async () => {
    expect((await run(lanes)).gradients).toEqual((await run(lanes)).gradients);
  });
});

describe('piecesOf', () => {
  const tensor = { length: 2304, offset: 64 };

  it('gives a GPU the more workgroups the more copies there are', () => {
    const counts = [2, 4, 16, 256].map(
      (copies) => piecesOf(tensor, { copies, copyOffset: 0 }, 256).length,
    );
    expect(counts).toEqual([3, 9, 36, 36]);
    expect(piecesOf(tensor, { copies: 256, copyOffset: 0 }, 64).length).toBe(3);
  });

  it('covers a tensor once', () => {
    const pieces = piecesOf(tensor, { copies: 5, copyOffset: 128 }, 256);
    let at = 0;
    for (const { offset, length, copyOffset, copies, copyStride } of pieces) {
      expect([offset, copyOffset, copies, copyStride]).toEqual([64 + at, 128 + at, 5, 2304]);
      at += length;
    }
    expect(at).toBe(2304);
  });
});

describe('packPieces', () => {
  const pieces = piecesOf({ length: 132, offset: 8 }, { copies: 20, copyOffset: 16 }, 256);

  it('writes two vec4u a piece', () => {
    const table = packPieces(pieces, 256);
    const rows = [0, 8, 16].map((at) => Array.from(table.subarray(at, at + 8)));
    expect(rows).toEqual([
      [8, 64, 16, 20, 132, 16, 0, 0],
      [72, 64, 80, 20, 132, 16, 0, 0],
      [136, 4, 144, 20, 132, 16, 0, 0],
    ]);
  });

  it('refuses what a workgroup would not cover', () => {
    for (const fault of [{ length: 68 }, { offset: 6 }, { copyStride: 2 }, { length: 3 }]) {
      const faulty = pieces.map((piece) => ({ ...piece, ...fault }));
      expect(() => packPieces(faulty, 256)).toThrow('piece 0 is malformed');
    }
  });
});

/** Gradients stored as copies, each a part of a sum, cut into pieces that one workgroup of `sumPartials` adds up. */
import { ceilDiv } from '../kernel.ts';
import type { AdapterTraits } from '../traits.ts';

/** u32 per piece: two vec4u. */
export const PIECE_WORDS = 8;

/** All but `copies` and `groups` in floats and multiples of 4. */
export interface Piece {
  /** Where the piece begins in the flat gradients. */
  readonly offset: number;
  /** At most `pieceLength(groups)`. */
  readonly length: number;
  /** Where the piece begins in the first copy. */
  readonly copyOffset: number;
  readonly copies: number;
  /** From one copy of the tensor to the next: the tensor's padded length. */
  readonly copyStride: number;
  /** Into how many groups the lanes part, each of which sums every `groups`-th copy. */
  readonly groups: 1 | 4 | 16;
}

/** Lanes of a workgroup: see `AdapterTraits`. */
export type SumLanes = AdapterTraits['sumLanes'];

/** Whether lanes part into groups that share out the copies. */
export const areGrouped = (lanes: SumLanes): boolean => lanes === 256;

/** Vectors of four that a lane sums. */
const vectorsPerLane = (lanes: SumLanes): number => (areGrouped(lanes) ? 1 : 4);

/** Most floats of a piece. */
const pieceLength = (lanes: SumLanes, groups: number): number =>
  (4 * lanes * vectorsPerLane(lanes)) / groups;

/** Small layers have many copies: their few floats give enough threads only where lanes share out the copies. */
function groupsFor(lanes: SumLanes, copies: number): Piece['groups'] {
  if (!areGrouped(lanes) || copies < 4) return 1;
  return copies < 16 ? 4 : 16;
}

/**
 * The pieces of a tensor of `length` floats at `offset` in the flat gradients, whose copies begin at `copyOffset`.
 */
export function piecesOf(
  { length, offset }: { readonly length: number; readonly offset: number },
  { copies, copyOffset }: { readonly copies: number; readonly copyOffset: number },
  lanes: SumLanes,
): Piece[] {
  const groups = groupsFor(lanes, copies);
  const most = pieceLength(lanes, groups);
  return Array.from({ length: ceilDiv(length, most) }, (_, i) => {
    const start = i * most;
    return {
      offset: offset + start,
      length: Math.min(most, length - start),
      copyOffset: copyOffset + start,
      copies,
      copyStride: length,
      groups,
    };
  });
}

/**
 * The table of pieces: (offset, length, copyOffset, copies), (copyStride, groups, 0, 0) each.
 * @throws RangeError when a piece is not aligned, or longer than its lanes reach.
 */
export function packPieces(pieces: readonly Piece[], lanes: SumLanes): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(pieces.length * PIECE_WORDS);
  pieces.forEach((piece, i) => {
    const { offset, length, copyOffset, copies, copyStride, groups } = piece;
    const aligned = [offset, length, copyOffset, copyStride].every((n) => n % 4 === 0);
    if (!aligned || length > pieceLength(lanes, groups)) {
      throw new RangeError(`piece ${i} is malformed: ${JSON.stringify(piece)}`);
    }
    table.set([offset, length, copyOffset, copies, copyStride, groups], i * PIECE_WORDS);
  });
  return table;
}

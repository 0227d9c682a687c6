/**
 * What a step moves, and how: the table of every optimizer on every engine. Weights, gradients and moments are flat buffers of
 * the same layout, tensor after tensor, each padded to a multiple of 4; a chunk lies within one tensor.
 */
import { type Descent, descentOf, muonScale } from '../../model/optimizer.ts';
import type { NetworkOptions } from '../api.ts';
import { padTo4, type StateLayout } from './layout.ts';

/** Most floats of a chunk. */
const CHUNK_FLOATS = 1024;
/** u32 of a chunk in the table. */
export const CHUNK_WORDS = 4;

/** In floats, both multiples of 4. */
interface Stretch {
  /** Where it begins in the flat buffers. */
  readonly offset: number;
  readonly length: number;
}

/** Of at most `CHUNK_FLOATS`. Left out: no decay, the learning rate itself. */
export type Chunk = Stretch & Partial<Descent>;

/** A parameter, or a chunk of one. */
export interface MovingParameter extends Stretch, Descent {
  /** Place among `LayerGraph.parameters`. */
  readonly index: number;
  /** Of the matrix that Muon makes orthogonal; null where another optimizer moves the parameter. */
  readonly columns: number | null;
}

/** All but those under a cut shortcut. Muon's come first. */
export const movingParameters = (
  { parameters }: StateLayout,
  training: NetworkOptions['training'],
): MovingParameter[] => {
  const moving = parameters.flatMap(({ parameter, offset, length }, index): MovingParameter[] => {
    const descent = descentOf(parameter, training);
    const place = { index, offset, length };
    if (!parameter.active) return [];
    if (training.optimizer.type !== 'muon' || parameter.role !== 'convWeight') {
      return [{ ...place, ...descent, columns: null }];
    }
    const [outputs = 1] = parameter.shape;
    const scale = muonScale(parameter.shape);
    // A step takes rateFactor · (direction + decay · weight): the scale is of the direction alone.
    const { decay, rateFactor } = descent;
    const scaled = { decay: decay / scale, rateFactor: rateFactor * scale };
    return [{ ...place, ...scaled, columns: padTo4(outputs) }];
  });
  const isMuons = ({ columns }: MovingParameter) => columns !== null;
  return [...moving.filter(isMuons), ...moving.filter((parameter) => !isMuons(parameter))];
};

/** Any stretch in chunks, the last one of what is left. */
export const chunksOf = <T extends Stretch>(whole: T): T[] =>
  Array.from({ length: Math.ceil(whole.length / CHUNK_FLOATS) }, (_, i) => ({
    ...whole,
    offset: whole.offset + i * CHUNK_FLOATS,
    length: Math.min(CHUNK_FLOATS, whole.length - i * CHUNK_FLOATS),
  }));

/** Chunks that Muon moves: the first ones. */
export const muonChunks = (chunks: readonly MovingParameter[]): number =>
  chunks.filter(({ columns }) => columns !== null).length;

/**
 * The chunk table: offset and length, u32, decay and rateFactor, f32.
 * @throws RangeError when a chunk is too long or not aligned.
 */
export function packChunks(chunks: readonly Chunk[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(CHUNK_WORDS * chunks.length);
  const floats = new Float32Array(table.buffer);
  for (const [i, chunk] of chunks.entries()) {
    const { offset, length, decay = 0, rateFactor = 1 } = chunk;
    if (offset % 4 !== 0 || length % 4 !== 0 || length > CHUNK_FLOATS) {
      throw new RangeError(`chunk ${i} is malformed: ${JSON.stringify(chunk)}`);
    }
    table.set([offset, length], CHUNK_WORDS * i);
    floats.set([decay, rateFactor], CHUNK_WORDS * i + 2);
  }
  return table;
}

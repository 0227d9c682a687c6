/** Sums over the lanes of vectors. */
import { f32x4, type Vector } from '../wasm/instructions.ts';

/** A vector of the sums over the lanes of up to four vectors; surplus ones are 0. */
export function sumLanes([a, b, c, d]: readonly Vector[]): Vector {
  const none = f32x4.zero();
  const pair = (x: Vector, y: Vector) =>
    f32x4.add(f32x4.shuffle(x, y, [0, 4, 1, 5]), f32x4.shuffle(x, y, [2, 6, 3, 7]));
  const [ab, cd] = [pair(a ?? none, b ?? none), pair(c ?? none, d ?? none)];
  return f32x4.add(f32x4.shuffle(ab, cd, [0, 1, 4, 5]), f32x4.shuffle(ab, cd, [2, 3, 6, 7]));
}

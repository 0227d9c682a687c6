/** Puts functions together into a WebAssembly module over one imported memory. */

import { name, section, unsigned, vector } from './encoding.ts';
import { FunctionBuilder } from './functionBuilder.ts';
import { TYPE_BYTE } from './instructions.ts';

/** Most pages of 64 KiB that a memory may have: 4 GiB. */
export const MOST_PAGES = 65_536;

export interface FunctionSource {
  /** Under which the module exports it. */
  readonly name: string;
  /** How many i32 it takes. */
  readonly parameters: number;
  readonly build: (f: FunctionBuilder) => void;
}

/**
 * The module's bytes. It imports `memory` and `scratch`, the address of the thread's own memory, from `engine`.
 * @param shared whether that is a shared one, which several threads may have.
 */
export function encodeModule(
  functions: readonly FunctionSource[],
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map(({ parameters }) => parameters))];
  const types = arities.map((count) => [
    0x60,
    ...vector(Array.from({ length: count }, () => [TYPE_BYTE.i32])),
    0,
  ]);
  // A shared memory must say how far it may grow; all other memories fit as well.
  const limits = shared ? [0x03, 0, ...unsigned(MOST_PAGES)] : [0x00, 0];
  const memory = [...name('engine'), ...name('memory'), 0x02, ...limits];
  const scratch = [...name('engine'), ...name('scratch'), 0x03, TYPE_BYTE.i32, 0];
  const typeIndices = functions.map(({ parameters }) => unsigned(arities.indexOf(parameters)));
  const exports = functions.map((source, i) => [...name(source.name), 0x00, ...unsigned(i)]);
  const bodies = functions.map(({ parameters, build }) => {
    const builder = new FunctionBuilder(parameters);
    build(builder);
    return builder.encode();
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([memory, scratch])),
    ...section(3, vector(typeIndices)),
    ...section(7, vector(exports)),
    ...section(10, vector(bodies)),
  ]);
}

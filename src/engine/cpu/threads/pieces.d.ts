export const RUN: number;
export const INSIDE: number;
export const FAILED: number;
export const HEAD: number;
export function runPieces(
  control: Int32Array,
  step: number,
  pieces: number,
  run: (piece: number) => void,
): void;
export function awaitPieces(
  control: Int32Array,
  step: number,
  pieces: number,
  isAlone?: () => boolean,
): boolean;

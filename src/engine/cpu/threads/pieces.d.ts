export const RUN: number;
export const INSIDE: number;
export const FAILED: number;
export const HEAD: number;
export function runPieces(
  control: Int32Array,
  step: number,
  pieces: number,
  run: (piece: number) => void,
): number;
export function awaitPieces(
  control: Int32Array,
  step: number,
  pieces: number,
  patienceMs?: number,
): boolean;
export function awaitChange(
  control: Int32Array,
  index: number,
  isOver: () => boolean,
  progress: () => number,
  patienceMs: number,
): boolean;
export function failPieces(control: Int32Array, step: number): void;

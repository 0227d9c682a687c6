export interface Torch {
  readonly python: string;
  readonly version: string;
}
export function findTorch(): Torch | null;

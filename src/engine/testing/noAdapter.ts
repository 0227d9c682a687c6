/** Stands for the `webgpu` package in tests of the project `pure`: they run side by side, which adapters do badly. */

export const globals = {};

export function create(): never {
  throw new Error(
    'This test opens a WebGPU adapter. Name its file `….gpu.test.ts`, so that it runs with those that do.',
  );
}

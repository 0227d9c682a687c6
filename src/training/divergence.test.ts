/** The same step and the same word on every engine; WebGPU's are in `divergence.gpu.test.ts`. */
import { expectDivergences } from './testing/divergences.ts';

expectDivergences('cpu');
expectDivergences('tfjs-wasm');

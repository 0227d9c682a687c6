/** The same as in `divergence.test.ts`, on WebGPU. */
import { expectDivergences } from './testing/divergences.ts';

expectDivergences('webgpu');

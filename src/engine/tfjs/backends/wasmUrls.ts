/** TF.js' WebAssembly, served with the page. */

import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { WasmUrls } from './wasm.ts';

export const wasmUrls: WasmUrls = { plain, simd };

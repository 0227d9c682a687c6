/** TF.js in WebAssembly, on one thread: threads would need a worker made from script text, which the page's policy forbids. */

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { EngineError } from '../../errors.ts';
import { neverLost, type OpenBackend, TENSOR_BYTES } from './openBackend.ts';
import { t } from '../../../text/t.ts';

/** Where the binaries lie. */
export interface WasmUrls {
  readonly plain: string;
  readonly simd: string;
}

/**
 * @param urls null in Node, where the package finds them itself.
 * @throws EngineError `no-adapter`
 */
export async function openWasm(urls: WasmUrls | null): Promise<OpenBackend> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (urls !== null) {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': urls.plain,
      'tfjs-backend-wasm-simd.wasm': urls.simd,
      'tfjs-backend-wasm-threaded-simd.wasm': urls.simd,
    });
  }
  if (!(await setBackend('wasm'))) {
    throw new EngineError('no-adapter', t`The WebAssembly of TensorFlow.js could not be loaded.`);
  }
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  const architecture = simd ? 'SIMD' : '';
  const adapter = { name: 'one CPU core', vendor: '', architecture, isSoftware: true };
  return { adapter, maxBufferBytes: TENSOR_BYTES, lost: neverLost() };
}

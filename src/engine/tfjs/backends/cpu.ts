/** TF.js in plain JavaScript, for when nothing else runs. */
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { EngineError } from '../../errors.ts';
import { neverLost, type OpenBackend, TENSOR_BYTES } from './openBackend.ts';
import { t } from '../../../text/t.ts';

/** @throws EngineError `no-adapter` */
export async function openCpu(): Promise<OpenBackend> {
  if (!(await setBackend('cpu'))) {
    throw new EngineError('no-adapter', t`TensorFlow.js did not start in plain JavaScript.`);
  }
  const adapter = { name: 'one CPU core', vendor: '', architecture: '', isSoftware: true };
  return { adapter, maxBufferBytes: TENSOR_BYTES, lost: neverLost() };
}

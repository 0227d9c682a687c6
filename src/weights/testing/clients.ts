/** Programs that run exported networks, loaded as their users load them. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm as wasmVersion } from '@tensorflow/tfjs-backend-wasm';
import { unzipSync } from 'fflate';
import * as ort from 'onnxruntime-web';

/** Images as passed to a client. */
export interface ClientInput {
  /** The graph's input. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
}

interface ClientOutput {
  /** [images, classes] */
  readonly logits: Float32Array;
  /** What the file says about itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** `onnxruntime-web 1.30.0 (wasm)` */
export const ONNX_CLIENT = `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common} (wasm)`;
export const TFJS_CLIENT = `@tensorflow/tfjs ${tf.version.tfjs} (wasm ${wasmVersion})`;

/** Runs a `.onnx` file by ONNX Runtime's WebAssembly build. */
export async function runOnnx(file: Uint8Array, input: ClientInput): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'] });
  try {
    const { shape, data } = input;
    const tensor =
      data instanceof Float32Array
        ? new ort.Tensor('float32', data, shape)
        : new ort.Tensor('uint8', data, shape);
    const { logits } = await session.run({ [input.name]: tensor });
    const values = await logits?.getData();
    if (!(values instanceof Float32Array)) throw new Error('no float32 output called logits');
    return values;
  } finally {
    await session.release();
  }
}

/** Serves the zip's members and lets `tf.loadGraphModel` fetch them. */
export async function runTfjs(zip: Uint8Array, input: ClientInput): Promise<ClientOutput> {
  const packages = join(process.cwd(), 'node_modules', '@tensorflow');
  setWasmPaths(`${join(packages, 'tfjs-backend-wasm', 'dist')}/`);
  await tf.setBackend('wasm');
  const members = unzipSync(zip);
  const fetchFunc = async (url: RequestInfo | URL): Promise<Response> => {
    const member = members[String(url).split('/').at(-1) ?? ''];
    return member === undefined
      ? new Response(null, { status: 404 })
      : new Response(new Uint8Array(member));
  };
  const model = await tf.loadGraphModel('http://localhost/model.json', { fetchFunc });
  try {
    const logits = tf.tidy(() => {
      const images = tf.tensor(Float32Array.from(input.data), [...input.shape]);
      const output = model.predict({ [input.name]: images });
      if (!(output instanceof tf.Tensor)) throw new Error('not one output');
      return output;
    });
    const values = await logits.data();
    logits.dispose();
    if (!(values instanceof Float32Array)) throw new Error('logits are not float32');
    const metadata: Record<string, unknown> = { ...model.metadata };
    return { logits: values, metadata };
  } finally {
    model.dispose();
  }
}

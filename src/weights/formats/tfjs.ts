/**
 * TensorFlow.js GraphModel, zipped: `model.json` (graph, signature, list of weights) and the weights' bytes in shards,
 * as tensorflowjs_converter writes them and `tf.loadGraphModel` reads them. Unpacked, the folder can be served as is.
 */
import { ASSUMED_REMARK, knownNormalization, metadataOf, pixelInput } from '../exportModel.ts';
import { INPUT_NAMES, OUTPUT_NAME } from '../graphExport.ts';
import { checkNaming } from '../names.ts';
import { type TfGraph, tfGraph } from '../tfjs/graph.ts';
import { tfShape } from '../tfjs/graphDef.ts';
import { storedZip } from '../zip.ts';
import type { WeightsFormat } from './format.ts';

/** As in tensorflowjs_converter: browsers cache files of this size. */
const SHARD_BYTES = 4 * 2 ** 20;
/** The version of TensorFlow's GraphDef that defines the ops used here. */
const PRODUCER = 1087;

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  const graph = tfGraph(model, options);
  const bytes = weightBytes(graph);
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  const shards = Array.from({ length: count }, (_, i): [string, Uint8Array] => [
    `group1-shard${i + 1}of${count}.bin`,
    bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  ]);
  const json = modelJson(graph, INPUT_NAMES[options.input], model.graph.model.classes, {
    paths: shards.map(([path]) => path),
    metadata: metadataOf(model, options),
  });
  return storedZip(new Map<string, Uint8Array | string>([['model.json', json], ...shards]));
};

export const snippet: WeightsFormat['snippet'] = ({ fileName, config, options }) => {
  const { size, block } = pixelInput(config.model);
  const pixels = options.input === 'pixels';
  const { mean, std } = config.data;
  const shrunk = block > 1 ? `.avgPool(${block}, ${block}, 'valid')` : '';
  return [
    `// npm install @tensorflow/tfjs, then unzip ${fileName} into model/ and serve it beside your page`,
    "import * as tf from '@tensorflow/tfjs';",
    '',
    "const model = await tf.loadGraphModel('model/model.json');",
    ...(pixels
      ? []
      : [
          ...(knownNormalization(config.data) === null ? [`// ${ASSUMED_REMARK}`] : []),
          `const normalise = (images) => // float32 [N, ${size}, ${size}, 3], 0 to 255, RGB, as trained on`,
          `  images.div(255)${shrunk}.sub([${mean.join(', ')}]).div([${std.join(', ')}]);`,
        ]),
    `const images = tf.randomUniform([1, ${size}, ${size}, 3], 0, 256); // yours here: tf.browser.fromPixels(image).toFloat().expandDims()`,
    `const logits = model.predict(${pixels ? 'images' : 'normalise(images)'});`,
    'logits.softmax().print();',
    '',
  ].join('\n');
};

function weightBytes({ weights }: TfGraph): Uint8Array {
  const length = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { data } of weights) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

interface Files {
  readonly paths: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

function modelJson(graph: TfGraph, input: string, classes: number, files: Files): string {
  const { nodes, weights, inputShape } = graph;
  const value = (name: string, shape: readonly number[]) => ({
    name: `${name}:0`,
    dtype: 'DT_FLOAT',
    tensorShape: tfShape(shape),
  });
  return JSON.stringify({
    format: 'graph-model',
    generatedBy: 'Residual Playground',
    convertedBy: null,
    signature: {
      inputs: { [input]: value(input, inputShape) },
      outputs: { [OUTPUT_NAME]: value(OUTPUT_NAME, [-1, classes]) },
    },
    userDefinedMetadata: files.metadata,
    modelTopology: { node: nodes, versions: { producer: PRODUCER } },
    weightsManifest: [
      {
        paths: files.paths,
        weights: weights.map(({ name, shape, data }) => ({
          name,
          shape,
          dtype: data instanceof Float32Array ? 'float32' : 'int32',
        })),
      },
    ],
  });
}

/** `.onnx`: the network and its weights for any runtime, ONNX IR version 8, operator set 17 (onnx.ai). */
import { ASSUMED_REMARK, knownNormalization, metadataOf, pixelInput } from '../exportModel.ts';
import { INPUT_NAMES, OUTPUT_NAME } from '../graphExport.ts';
import { checkNaming } from '../names.ts';
import { onnxGraph } from '../onnx/graph.ts';
import { encodeOnnx } from '../onnx/protobuf.ts';
import type { WeightsFormat } from './format.ts';

/** The versions of ONNX 1.12 (2022), old enough for every runtime in use. */
const IR_VERSION = 8;
const OPSET = 17;

export const write: WeightsFormat['write'] = (model, options) => {
  checkNaming(model.config.model, options.naming);
  return encodeOnnx({
    irVersion: IR_VERSION,
    opset: OPSET,
    producer: { name: 'residual-playground', version: '1' },
    graph: onnxGraph(model, options),
    metadata: metadataOf(model, options),
  });
};

export const snippet: WeightsFormat['snippet'] = ({ fileName, config, options }) => {
  const { input } = options;
  const { size, block } = pixelInput(config.model);
  const blocks = `.reshape(-1, ${size / block}, ${block}, ${size / block}, ${block}, 3).mean((2, 4))`;
  const { mean, std } = config.data;
  const normalise = [
    ...(knownNormalization(config.data) === null ? [`# ${ASSUMED_REMARK}`] : []),
    `mean, std = np.float32([${mean.join(', ')}]), np.float32([${std.join(', ')}])`,
    '',
    '',
    `def normalise(images):  # uint8 [N, ${size}, ${size}, 3], RGB, as trained on`,
    `    x = (images / np.float32(255))${block > 1 ? blocks : ''}`,
    '    return ((x - mean) / std).transpose(0, 3, 1, 2)  # float32 [N, 3, H, W]',
    '',
    '',
  ];
  const fed = input === 'pixels' ? 'images' : 'normalise(images)';
  return [
    '# pip install onnxruntime numpy',
    'import numpy as np',
    'import onnxruntime as ort',
    '',
    `session = ort.InferenceSession("${fileName}")`,
    '# config, class names, metrics: session.get_modelmeta().custom_metadata_map',
    ...(input === 'pixels' ? [] : normalise),
    `images = np.random.randint(0, 256, (1, ${size}, ${size}, 3), dtype=np.uint8)  # yours here: RGB`,
    `logits, = session.run(["${OUTPUT_NAME}"], {"${INPUT_NAMES[input]}": ${fed}})`,
    'print(logits.argmax(1))',
    '',
  ].join('\n');
};

/** TensorFlow.js on its WebGPU backend: core operations, NHWC (its NCHW convolutions are wrong), its momentum optimizer. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Parameter, Tensor } from '../../src/model/graph.ts';
import { setNavigator } from '../devices.ts';
import type { OpenEngine } from '../engine.ts';
import { interpret, type LayerOperations } from '../interpret.ts';
import type { BenchTask } from '../task.ts';

/** What its own way of opening a device asks for. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

export const openTfjs: OpenEngine = async (devices, task) => {
  const backend = await startBackend(await devices.adapter());
  const { graph, batchSize, learningRate, training } = task;
  const { inputSize, classes } = graph.model;
  const variables = new Variables(task);
  const pixels = [batchSize, 3, inputSize, inputSize] as const;
  const images = tf.tidy(() => tf.tensor4d(task.images, [...pixels]).transpose([0, 2, 3, 1]));
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(task.labels, 'int32'), classes).toFloat());
  const optimizer = tf.train.momentum(learningRate, training.optimizer.momentum);
  const operations = operationsOn(variables);
  const lossOf = (): tf.Scalar => {
    const logits = interpret<tf.Tensor>(graph, batchSize, images, operations);
    return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
  };
  let loss: tf.Scalar | null = null;
  return {
    async issue() {
      // The WebAssembly backend may have had its turn.
      if (tf.getBackend() !== 'webgpu') await tf.setBackend('webgpu');
      loss?.dispose();
      loss = optimizer.minimize(lossOf, true, variables.trained);
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    finish: () => backend.device.queue.onSubmittedWorkDone(),
    async loss() {
      return (await loss?.data())?.[0] ?? Number.NaN;
    },
  };
};

/** The backend on a device of the bench: its own would escape the counts. */
async function startBackend(adapter: GPUAdapter): Promise<WebGPUBackend> {
  setNavigator({ requestAdapter: async () => adapter });
  const requiredFeatures: GPUFeatureName[] = adapter.features.has('timestamp-query')
    ? ['timestamp-query']
    : [];
  const device = await adapter.requestDevice({
    requiredFeatures,
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  const backend = new WebGPUBackend(device, adapter.info);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
  if (!(await tf.setBackend('webgpu'))) throw new Error('TF.js refused its WebGPU backend');
  return backend;
}

/** Parameters and running statistics by torchvision's names, in TF.js's layouts: HWIO, vectors as they are. */
class Variables {
  readonly trained: tf.Variable[];
  readonly #byName: ReadonlyMap<string, tf.Variable>;

  constructor({ graph, weights }: BenchTask) {
    const tensor = (name: string): Tensor => {
      const found = weights.get(name);
      if (found === undefined) throw new Error(`no weights for ${name}`);
      return found;
    };
    const trained = graph.parameters.map((parameter) => {
      const value = tf.tidy(() => inLayout(parameter, tensor(parameter.name)));
      return [parameter.name, tf.variable(value, true, parameter.name)] as const;
    });
    const running = graph.runningStatistics.map(({ name, channels, initial }) => {
      return [name, tf.variable(tf.fill([channels], initial), false, name)] as const;
    });
    this.trained = trained.map(([, variable]) => variable);
    this.#byName = new Map([...trained, ...running]);
  }

  get(name: string): tf.Variable {
    const variable = this.#byName.get(name);
    if (variable === undefined) throw new Error(`no variable ${name}`);
    return variable;
  }
}

function inLayout({ role }: Parameter, { data, shape }: Tensor): tf.Tensor {
  const tensor = tf.tensor(data, [...shape]);
  return role === 'convWeight' ? tensor.transpose([2, 3, 1, 0]) : tensor;
}

function operationsOn(variables: Variables): LayerOperations<tf.Tensor> {
  const get = (name: string) => variables.get(name);
  const move = (name: string, value: tf.Tensor) => {
    const running = get(name);
    running.assign(tf.add(tf.mul(running, 0.9), tf.mul(value, 0.1)));
  };
  return {
    conv(x, { weight, bias, stride, padding }) {
      const filter = get(weight).as4D(...shape4(get(weight)));
      const y = tf.conv2d(image(x), filter, stride, padding, 'NHWC', 1, 'floor');
      return bias === null ? y : tf.add(y, get(bias));
    },
    batchNorm(x, { weight, bias, runningMean, runningVar }, count) {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      move(runningMean, mean);
      move(runningVar, tf.mul(variance, count / (count - 1)));
      const [m, v] = [mean.as1D(), variance.as1D()];
      return tf.batchNorm(image(x), m, v, get(bias).as1D(), get(weight).as1D(), 1e-5);
    },
    activation: (x, { fn }) => ACTIVATIONS[fn](x),
    add: (x, shortcut) => tf.add(x, shortcut),
    subsamplePad(x, { stride, padBefore }, padAfter) {
      // A strided slice has no gradient in TF.js; an average over one pixel has.
      const kept = stride === 1 ? image(x) : tf.avgPool(image(x), 1, stride, 'valid');
      return tf.pad4d(kept, [
        [0, 0],
        [0, 0],
        [0, 0],
        [padBefore, padAfter],
      ]);
    },
    maxPool: (x, { kernel, stride, padding }) =>
      tf.maxPool(image(x), kernel, stride, padding, 'floor'),
    globalAveragePool: (x) => tf.mean(x, [1, 2]),
    linear: (x, { weight, bias }) => tf.add(tf.matMul(x, get(weight), false, true), get(bias)),
    again: (x) => x,
  };
}

const ACTIVATIONS = { relu: tf.relu, tanh: tf.tanh, sigmoid: tf.sigmoid };

type Shape4 = [number, number, number, number];

function shape4({ shape, name }: tf.Variable): Shape4 {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined) {
    throw new Error(`${name} has no four dimensions`);
  }
  return [a, b, c, d];
}

/** [N, H, W, C], which the types do not know. */
function image(x: tf.Tensor): tf.Tensor4D {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape;
  return x.as4D(n, h, w, c);
}

/** jax-js on its WebGPU and WebAssembly backends: the whole training step, momentum included, is one jitted function. */
import * as jax from '@jax-js/jax';
import type { Tensor } from '../../src/model/graph.ts';
import { setNavigator } from '../devices.ts';
import type { BenchEngine, OpenEngine } from '../engine.ts';
import { interpret, type LayerOperations } from '../interpret.ts';
import type { BenchTask } from '../task.ts';

const { lax, nn, numpy: np, tree } = jax;

/** Arrays by torchvision's names, in PyTorch's layouts. Every use of an array uses it up; `.ref` is one use more. */
type Arrays = Record<string, jax.Array>;

interface State {
  readonly weights: Arrays;
  readonly momentum: Arrays;
  readonly running: Arrays;
}

export const openJaxJs: OpenEngine = async (devices, task) => {
  setNavigator({ requestAdapter: () => devices.adapter() });
  return open('webgpu', task);
};

export const openJaxJsWasm: OpenEngine = (_devices, task) => open('wasm', task);

async function open(backend: 'webgpu' | 'wasm', task: BenchTask): Promise<BenchEngine> {
  if (!(await jax.init(backend)).includes(backend)) {
    throw new Error(`jax-js could not start its ${backend} backend`);
  }
  jax.defaultDevice(backend);
  const { graph, batchSize } = task;
  const { inputSize, classes } = graph.model;
  const step = trainingStep(task);
  const shape = [batchSize, 3, inputSize, inputSize];
  const images = np.array(new Float32Array(task.images), { shape });
  const hot = Float32Array.from({ length: batchSize * classes }, (_, i) =>
    task.labels[Math.floor(i / classes)] === i % classes ? 1 : 0,
  );
  const labels = np.array(hot, { shape: [batchSize, classes] });
  let state = initialState(task);
  let loss: jax.Array | null = null;
  return {
    async issue() {
      // The other backend may have had its turn.
      jax.defaultDevice(backend);
      loss?.dispose();
      const { weights, momentum, running } = state;
      const [next, ...moved] = step(weights, momentum, running, images.ref, labels.ref);
      loss = next;
      state = { weights: moved[0], momentum: moved[1], running: moved[2] };
      // A call only notes what is to be done; asking for the result has it done, or the whole step submitted.
      await (backend === 'webgpu' ? loss.ref.gpuBuffer() : loss.ref.data());
    },
    async finish() {
      if (backend === 'webgpu') await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
    },
    async loss() {
      return (await loss?.ref.data())?.[0] ?? Number.NaN;
    },
  };
}

function initialState({ graph, weights }: BenchTask): State {
  const array = ({ data, shape }: Tensor) =>
    np.array(new Float32Array(data), { shape: [...shape] });
  const zeros = ({ data, shape }: Tensor) => array({ data: new Float32Array(data.length), shape });
  const trained = graph.parameters.map(({ name }) => {
    const tensor = weights.get(name);
    if (tensor === undefined) throw new Error(`no weights for ${name}`);
    return [name, tensor] as const;
  });
  return {
    weights: Object.fromEntries(trained.map(([name, tensor]) => [name, array(tensor)])),
    momentum: Object.fromEntries(trained.map(([name, tensor]) => [name, zeros(tensor)])),
    running: Object.fromEntries(
      graph.runningStatistics.map(({ name, channels, initial }) => [
        name,
        array({ data: new Float32Array(channels).fill(initial), shape: [channels] }),
      ]),
    ),
  };
}

/** (weights, momentum, running, images, one-hot labels) → [loss, weights, momentum, running]. */
function trainingStep({ graph, batchSize, learningRate, training }: BenchTask) {
  const lossAndRunning = (
    weights: Arrays,
    running: Arrays,
    images: jax.Array,
    labels: jax.Array,
  ): [jax.Array, Arrays] => {
    const moved: Arrays = {};
    const operations = operationsOn(weights, running, moved);
    const logits = interpret(graph, batchSize, images, operations);
    const loss = nn
      .logSoftmax(logits, -1)
      .mul(labels)
      .sum()
      .mul(-1 / batchSize);
    return [loss, moved];
  };
  const gradient = jax.valueAndGrad(lossAndRunning, { hasAux: true });
  return jax.jit(
    (
      weights: Arrays,
      momentum: Arrays,
      running: Arrays,
      images: jax.Array,
      labels: jax.Array,
    ): [jax.Array, Arrays, Arrays, Arrays] => {
      const [[loss, moved], gradients] = gradient(tree.ref(weights), running, images, labels);
      const nextWeights: Arrays = {};
      const nextMomentum: Arrays = {};
      for (const { name } of graph.parameters) {
        const velocity = part(momentum, name).mul(training.optimizer.momentum);
        const next = velocity.add(part(gradients, name));
        nextMomentum[name] = next.ref;
        nextWeights[name] = part(weights, name).sub(next.mul(learningRate));
      }
      return [loss, nextWeights, nextMomentum, moved];
    },
  );
}

function part(arrays: Arrays, name: string): jax.Array {
  const array = arrays[name];
  if (array === undefined) throw new Error(`no array ${name}`);
  return array;
}

function operationsOn(weights: Arrays, running: Arrays, moved: Arrays): LayerOperations<jax.Array> {
  const perChannel = (name: string) => part(weights, name).reshape([1, -1, 1, 1]);
  const move = (name: string, value: jax.Array) => {
    moved[name] = part(running, name)
      .mul(0.9)
      .add(value.reshape([-1]).mul(0.1));
  };
  return {
    conv(x, { weight, bias, stride, padding }) {
      const pads: [number, number] = [padding, padding];
      const y = lax.convGeneralDilated(x, part(weights, weight), [stride, stride], [pads, pads]);
      return bias === null ? y : y.add(perChannel(bias));
    },
    batchNorm(x, { weight, bias, runningMean, runningVar }, count) {
      const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
      move(runningMean, mean.ref);
      const centred = x.sub(mean);
      const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
      move(runningVar, variance.ref.mul(count / (count - 1)));
      const deviation = np.sqrt(variance.add(1e-5));
      return centred.div(deviation).mul(perChannel(weight)).add(perChannel(bias));
    },
    activation: (x, { fn }) => ACTIVATIONS[fn](x),
    add: (x, shortcut) => x.add(shortcut),
    subsamplePad(x, { stride, padBefore }, padAfter) {
      const [n = 0, c = 0, h = 0, w = 0] = x.shape;
      if (h % stride !== 0 || w % stride !== 0) throw new Error(`${h}×${w} pixels at stride 2`);
      const cells = x.reshape([n, c, h / stride, stride, w / stride, stride]);
      const kept = cells.slice([], [], [], 0, [], 0);
      return np.pad(kept, [
        [0, 0],
        [padBefore, padAfter],
        [0, 0],
        [0, 0],
      ]);
    },
    maxPool(x, { kernel, stride, padding }) {
      // Behind an activation that is never negative, zeros pad as well as −∞.
      const pads: [number, number] = [padding, padding];
      const padded = np.pad(x, [[0, 0], [0, 0], pads, pads]);
      const size = [kernel, kernel];
      return lax.reduceWindow(padded, (window) => np.max(window), size, [stride, stride]);
    },
    globalAveragePool: (x) => np.mean(x, [2, 3]),
    linear: (x, { weight, bias }) =>
      np.matmul(x, part(weights, weight).transpose()).add(part(weights, bias)),
    again: (x) => x.ref,
  };
}

const ACTIVATIONS = { relu: nn.relu, tanh: np.tanh, sigmoid: nn.sigmoid };

/** `checkpoint.pth` of a continuation: what `train.py` resumes from and writes itself. */
import type { Parameter, StateDict } from '../../model/graph.ts';
import {
  adamSettings,
  type Descent,
  descentOf,
  isAdam,
  type OptimizerConfig,
} from '../../model/optimizer.ts';
import { knownNormalization, METADATA_FILE } from '../exportModel.ts';
import type { Pickled } from '../pickle/pickleWriter.ts';
import { dict, orderedDict, TorchFile } from '../pickle/torchFile.ts';
import { torchState } from '../pickle/torchState.ts';
import type { Continuation } from './origin.ts';

/**
 * The file that `torch.load(…, weights_only=True)` reads as
 * `{'model': state_dict, 'optimizer': its state_dict, 'step': steps done, 'config': the run config as JSON}`, where
 * an average is taken with `'average': state_dict`.
 * `weights_only` of PyTorch 1.13 knows tensors, integers and strings, but no floats: the optimizer's settings are
 * tensors of one float64 instead, which optimizers take as well.
 */
export function checkpointFile(continuation: Continuation): Uint8Array<ArrayBuffer> {
  const file = new TorchFile();
  const { config, graph, weights, average = weights, step } = continuation;
  const stateDict = (state: StateDict) =>
    orderedDict(
      new Map(
        [...torchState(graph, state, step)].map(([name, tensor]) => [name, file.tensor(tensor)]),
      ),
    );
  const hasAverage = config.training.averageDecay !== undefined;
  const checkpoint = dict([
    ['model', stateDict(weights)],
    ...(hasAverage ? [['average', stateDict(average)] as const] : []),
    ['optimizer', optimizerState(continuation, file)],
    ['step', step],
    ['config', JSON.stringify(config)],
  ]);
  return file.write(checkpoint, { [METADATA_FILE]: JSON.stringify(metadata(continuation)) });
}

/** What our own reader looks for. */
function metadata({ config, step }: Continuation) {
  const known = knownNormalization(config.data);
  return {
    config: JSON.stringify(config),
    ...(known === null ? {} : { mean: JSON.stringify(known.mean), std: JSON.stringify(known.std) }),
    step: `${step}`,
  };
}

/** Parameters that move alike, in the order of their first ones: the groups that `train.py` makes. */
function parameterGroups({ graph, config }: Continuation) {
  const groups = new Map<string, Descent & { readonly parameters: Parameter[] }>();
  for (const parameter of graph.parameters) {
    const descent = descentOf(parameter, config.training);
    const key = JSON.stringify(descent);
    const group = groups.get(key) ?? { ...descent, parameters: [] };
    groups.set(key, group);
    group.parameters.push(parameter);
  }
  return [...groups.values()];
}

/**
 * `state_dict()` of `torch.optim.SGD`, `Adam` or `AdamW`, or of Muon, which has SGD's: parameters by their place, group after
 * group. Frozen ones have no state.
 */
function optimizerState(continuation: Continuation, file: TorchFile) {
  const { optimizer, learningRate } = continuation.config.training;
  const groups = parameterGroups(continuation);
  const ordered = groups.flatMap(({ parameters }) => parameters);
  const states = ordered.flatMap((parameter, place) => {
    const entries = parameterState(continuation, parameter, file);
    return entries.length === 0 ? [] : [[place, dict(entries)] as const];
  });
  const float = (value: number) => file.tensor({ shape: [], data: Float64Array.of(value) });
  const rate = typeof learningRate === 'number' ? learningRate : learningRate.base;
  let first = 0;
  const written = groups.map(({ parameters, decay, rateFactor }) => {
    const places = parameters.map((_, i) => first + i);
    first += parameters.length;
    return dict([
      ['lr', float(rate * rateFactor)],
      ...groupSettings(optimizer, float),
      ['weight_decay', float(decay)],
      ['params', places],
    ]);
  });
  return dict([
    ['state', dict(states)],
    ['param_groups', written],
  ]);
}

type Entry = readonly [string, Pickled];

function groupSettings(optimizer: OptimizerConfig, float: (value: number) => Pickled): Entry[] {
  if (!isAdam(optimizer)) {
    const { momentum, nesterov } = optimizer;
    return [
      ['momentum', float(momentum)],
      ['dampening', 0],
      ['nesterov', nesterov],
    ];
  }
  const { beta1, beta2, epsilon } = adamSettings(optimizer);
  return [
    ['betas', [float(beta1), float(beta2)]],
    ['eps', float(epsilon)],
    ['amsgrad', false],
  ];
}

function parameterState(
  { config, momentum, secondMoment, step }: Continuation,
  { name, active }: Parameter,
  file: TorchFile,
): Entry[] {
  const { optimizer } = config.training;
  const first = momentum.get(name);
  if (!active || first === undefined) return [];
  if (!isAdam(optimizer)) {
    return optimizer.momentum === 0 ? [] : [['momentum_buffer', file.tensor(first)]];
  }
  const second = secondMoment?.get(name);
  if (second === undefined) return [];
  return [
    ['step', file.tensor({ shape: [], data: Float32Array.of(step) })],
    ['exp_avg', file.tensor(first)],
    ['exp_avg_sq', file.tensor(second)],
  ];
}

/** `checkpoint.pth` of a continuation: what `train.py` resumes from and writes itself. */
import { knownNormalization, METADATA_FILE } from '../exportModel.ts';
import type { Pickled } from '../pickle/pickleWriter.ts';
import { dict, orderedDict, TorchFile } from '../pickle/torchFile.ts';
import { torchState } from '../pickle/torchState.ts';
import type { Continuation } from './origin.ts';

/**
 * The file that `torch.load(…, weights_only=True)` reads as
 * `{'model': state_dict, 'optimizer': SGD's state_dict, 'step': steps done, 'config': the run config as JSON}`.
 * `weights_only` of PyTorch 1.13 knows tensors, integers and strings, but no floats: the optimizer's settings are
 * tensors of one float64 instead, which SGD takes as well.
 */
export function checkpointFile(continuation: Continuation): Uint8Array<ArrayBuffer> {
  const file = new TorchFile();
  const { config, graph, weights, step } = continuation;
  const tensors = new Map<string, Pickled>();
  for (const [name, tensor] of torchState(graph, weights, step)) {
    tensors.set(name, file.tensor(tensor));
  }
  const checkpoint = dict([
    ['model', orderedDict(tensors)],
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

/** `torch.optim.SGD.state_dict()`: parameters by their index in the network. Frozen ones have no momentum. */
function optimizerState({ config, graph, momentum }: Continuation, file: TorchFile) {
  const { optimizer, learningRate } = config.training;
  const buffers = graph.parameters.flatMap(({ name, active }, place) => {
    const buffer = momentum.get(name);
    if (optimizer.momentum === 0 || !active || buffer === undefined) return [];
    return [[place, dict([['momentum_buffer', file.tensor(buffer)]])] as const];
  });
  const float = (value: number) => file.tensor({ shape: [], data: Float64Array.of(value) });
  const group = dict([
    ['lr', float(typeof learningRate === 'number' ? learningRate : learningRate.base)],
    ['momentum', float(optimizer.momentum)],
    ['dampening', 0],
    ['weight_decay', float(optimizer.weightDecay)],
    ['nesterov', optimizer.nesterov],
    ['params', graph.parameters.map((_, place) => place)],
  ]);
  return dict([
    ['state', dict(buffers)],
    ['param_groups', [group]],
  ]);
}

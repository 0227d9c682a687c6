/** Writes a checkpoint as one safetensors file. */

import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import { layerNames } from '../../model/layerNames.ts';
import { networkName } from '../../model/networkName.ts';
import { type WritableTensor, writeSafetensors } from '../../weights/writeSafetensors.ts';
import { CHECKPOINT_VERSION, type Checkpoint, RECORD_KEY, type SavedRun } from './checkpoint.ts';
import { BLANK_CHECKSUM, CHECKSUM_KEY, seal } from './checksum.ts';
import { historyTensors } from './historyTensors.ts';
import type { CheckpointRecord, RunRecord } from './record.ts';

/**
 * The file: for run i the tensors `i/weights/<name>`, `i/momentum/<name>`, with Adam `i/secondMoment/<name>`, with averages
 * `i/average/<name>` and, where it started from a file's weights, `i/imported/<name>`, all with PyTorch's names and layouts, `i/history/…`, and in the metadata a checksum and the JSON record.
 */
export async function writeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const file = unsealedCheckpoint(checkpoint);
  await seal(file);
  return file;
}

/** The same with zeros for a checksum: for places that have a checksum of their own. */
export function unsealedCheckpoint({
  savedAtMs,
  adapter,
  runs,
}: Checkpoint): Uint8Array<ArrayBuffer> {
  const record: CheckpointRecord = {
    version: CHECKPOINT_VERSION,
    savedAtMs,
    adapter,
    runs: runs.map(recordOf),
  };
  return writeSafetensors(new Map(tensorsOf(runs)), {
    [CHECKSUM_KEY]: BLANK_CHECKSUM,
    [RECORD_KEY]: JSON.stringify(record),
  });
}

/** `resnet-20-step-1240.checkpoint.safetensors`; the first run names the file. */
export function checkpointFileName(
  runs: readonly { readonly config: RunConfig; readonly step: number }[],
): string {
  const [first] = runs;
  if (first === undefined) return 'checkpoint.safetensors';
  const others = runs.length > 1 ? `-and-${runs.length - 1}-more` : '';
  const name = networkName(first.config.model).toLowerCase();
  return `${name}${others}-step-${first.step}.checkpoint.safetensors`;
}

function recordOf({ state: _, history, imported, ...run }: SavedRun): RunRecord {
  const { colourIndex: slot, kernelChoices: kernels, originalConfig: given, ...same } = run;
  const source = imported === null ? null : { source: imported.source };
  return {
    ...same,
    slot,
    given,
    kernels,
    imported: source,
    marks: [...run.marks],
    stride: history.stride,
  };
}

function* tensorsOf(runs: readonly SavedRun[]): Generator<[string, WritableTensor]> {
  for (const [i, { state, imported, history, config }] of runs.entries()) {
    for (const [name, tensor] of state.weights) yield [`${i}/weights/${name}`, tensor];
    for (const [name, tensor] of state.momentum) yield [`${i}/momentum/${name}`, tensor];
    for (const [name, tensor] of state.secondMoment ?? []) {
      yield [`${i}/secondMoment/${name}`, tensor];
    }
    for (const [name, tensor] of state.average ?? []) yield [`${i}/average/${name}`, tensor];
    for (const [name, tensor] of imported?.weights ?? []) yield [`${i}/imported/${name}`, tensor];
    yield* historyTensors(`${i}/history/`, history, layerNames(buildGraph(config.model)));
  }
}

import { useMemo } from 'react';
import type { RunView } from '../../app/state.ts';
import { type PlannedTime, plannedTime, type Rated } from '../../app/trainingTime.ts';
import { formatBytes, formatCount, formatDuration, formatShort } from '../../charts/format.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { usePage } from '../context.ts';
import { Term } from '../Term.tsx';
import { sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';

interface CostsProps {
  readonly graph: LayerGraph;
  readonly prepared: RunView['prepared'];
  readonly batchSize: number;
}

/** What the network costs: counted from its layers, and estimated from the adapter's measured speed. */
export function Costs({ graph, prepared, batchSize }: CostsProps) {
  return (
    <>
      <dl className="costs">
        <Term term={t`Parameters`}>{formatCount(graph.parameterCount)}</Term>
        <Term term={t`MACs per image`} title={t`Multiply-adds of one image’s forward pass`}>
          {formatShort(graph.macs)}
        </Term>
        <Term
          term={t`Memory`}
          title={t`Weights, gradients, the optimizer’s moments and activations, planned before any is allocated`}
        >
          {prepared === null ? '–' : formatBytes(prepared.gpuBytes)}
        </Term>
        <EstimatedTime />
      </dl>
      <SplitNote graph={graph} prepared={prepared} batchSize={batchSize} />
    </>
  );
}

/** Explains what a split batch means. */
function SplitNote({ graph, prepared, batchSize }: CostsProps) {
  const size = prepared?.microBatchSize ?? batchSize;
  if (size >= batchSize) return null;
  const isNormalized = graph.nodes.some(({ kind }) => kind === 'batchNorm');
  return (
    <p className="hint">
      {t`The batch of ${batchSize} goes through in micro-batches of ${size}, whose gradients add up to one update.`}
      {sentenceSpace}
      {isNormalized
        ? t`BatchNorm normalises each micro-batch by itself, which is not the same as BatchNorm over all ${batchSize}.`
        : t`Without BatchNorm, the result is that of the whole batch.`}
    </p>
  );
}

/** For all runs together, since they take turns on one device. */
function EstimatedTime() {
  const state = usePage(({ gflops, engine, adapter, paceRatio, runs }) => ({
    ...{ gflops, engine, adapter, paceRatio, runs },
  }));
  const time = useMemo(() => timeOf(state), [state]);
  return (
    <Term
      term={t`Estimated time, all runs`}
      title={
        state.paceRatio === null
          ? t`From the layers and this adapter’s rate, which was measured on opening; tests included`
          : t`From the layers and the time that steps have taken here; tests included`
      }
    >
      {time === null
        ? '–'
        : t`${formatDuration(time.stepMs)}/step, ${formatDuration(time.wholeMs)}`}
    </Term>
  );
}

/** Of all runs; null before the adapter has been measured. */
function timeOf({ runs, ...rated }: Rated & { readonly runs: readonly RunView[] }) {
  return runs.reduce<PlannedTime | null>(
    (sum, { config }) => {
      const time = plannedTime(config, rated);
      if (sum === null || time === null) return null;
      return { stepMs: sum.stepMs + time.stepMs, wholeMs: sum.wholeMs + time.wholeMs };
    },
    { stepMs: 0, wholeMs: 0 },
  );
}

import { useMemo } from 'react';
import type { RunView } from '../../app/state.ts';
import { formatBytes, formatCount, formatDuration, formatShort } from '../../charts/format.ts';
import { buildGraph } from '../../model/builder.ts';
import { estimatedStepMs } from '../../model/cost.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { usePage } from '../context.ts';
import { Term } from '../Term.tsx';

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
        <Term term="Parameters">{formatCount(graph.parameterCount)}</Term>
        <Term term="MACs per image" title="Multiply-adds of one image’s forward pass">
          {formatShort(graph.macs)}
        </Term>
        <Term
          term="Memory"
          title="Weights, gradients, momentum and activations, planned before any is allocated"
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
      The batch of {batchSize} goes through in micro-batches of {size}, whose gradients add up to
      one update.{' '}
      {isNormalized
        ? `BatchNorm normalises each micro-batch by itself, which is not the same as BatchNorm over all ${batchSize}.`
        : 'Without BatchNorm, the result is that of the whole batch.'}
    </p>
  );
}

/** For all runs together, since they take turns on one device. */
function EstimatedTime() {
  const { gflops, runs } = usePage((state) => ({ gflops: state.gflops, runs: state.runs }));
  const stepMs = useMemo(() => {
    if (gflops === null) return null;
    const times = runs.map(({ config: { model, training } }) =>
      estimatedStepMs(buildGraph(model), training.batchSize, gflops),
    );
    return times.reduce((sum, ms) => sum + ms, 0);
  }, [gflops, runs]);
  const steps = Math.max(0, ...runs.map(({ config }) => config.training.steps));
  return (
    <Term
      term="Estimated time, all runs"
      title="From this adapter’s measured convolution rate; a training step costs three forward passes"
    >
      {stepMs === null ? '–' : `${formatDuration(stepMs)}/step, ${formatDuration(stepMs * steps)}`}
    </Term>
  );
}

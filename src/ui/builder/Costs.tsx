import { formatBytes, formatCount, formatDuration, formatShort } from '../../charts/format.ts';
import type { RunConfig } from '../../model/config.ts';
import { estimatedStepMs } from '../../model/estimate.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { RunView } from '../../runs/state.ts';
import { usePage } from '../context.ts';

interface CostsProps {
  readonly graph: LayerGraph;
  readonly config: RunConfig;
  readonly prepared: RunView['prepared'];
}

/** What the network costs: counted from its layers, timed by the adapter's measured rate. */
export function Costs({ graph, config, prepared }: CostsProps) {
  const gflops = usePage((state) => state.gflops);
  const { batchSize, steps } = config.training;
  const stepMs = gflops === null ? null : estimatedStepMs(graph, batchSize, gflops);
  return (
    <dl className="costs">
      <div>
        <dt>Parameters</dt>
        <dd>{formatCount(graph.parameterCount)}</dd>
      </div>
      <div>
        <dt title="Multiply-adds of one image’s forward pass">MACs an image</dt>
        <dd>{formatShort(graph.macs)}</dd>
      </div>
      <div>
        <dt title="Weights, gradients, momentum and activations, planned before any is allocated">
          GPU memory
        </dt>
        <dd>{prepared === null ? '–' : formatBytes(prepared.gpuBytes)}</dd>
      </div>
      <div>
        <dt title="From this adapter’s measured convolution rate; training both passes costs three times the forward one">
          Estimated time
        </dt>
        <dd>
          {stepMs === null
            ? '–'
            : `${formatDuration(stepMs)} a step, ${formatDuration(stepMs * steps)}`}
        </dd>
      </div>
    </dl>
  );
}

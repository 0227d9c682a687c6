/** The hash of a run's weights, and how it came about. */
import { withMicroBatchSize } from './microBatchRecord.ts';
import type { Run } from './run.ts';
import { givenWeights } from './state.ts';
import { type FinalWeights, weightsSha256 } from './weightsHash.ts';

/** Nothing must be under way. @throws EngineError `device-lost` */
export async function finalWeightsOf(run: Run): Promise<FinalWeights> {
  const { graph, config, arithmetic, replay, weightsFrom, microBatchSize } = run;
  const weights = givenWeights(graph, config.training.seed, await run.state());
  const isOwn = replay !== null && weightsFrom === null;
  return {
    sha256: await weightsSha256(graph, weights),
    arithmetic,
    replay: isOwn ? withMicroBatchSize(replay, microBatchSize) : null,
  };
}

/** Chooses the kernels of runs before they are compiled: timed on the device, kept, or as a checkpoint says. */
import type { EngineDevice, TuningStore } from '../engine/api.ts';
import { withMemory } from '../engine/webgpu/tuner/store.ts';
import { estimatedStepMs } from '../model/cost.ts';
import type { Run } from './run.ts';

/** Most milliseconds that tuning may add to one preparation of runs. */
const BUDGET_MS = { software: 700, hardware: 1000 } as const;
/** The same for all preparations of a page together, so that whoever tries out many networks need not keep waiting. */
const TOTAL_MS = 6000;
/** Share of the runs' estimated training time that tuning may take: less than it gains. */
const WORTH = 0.02;
/** With less, not even one shape can be timed. */
const LEAST_MS = 100;

/** @param gflops what the adapter sustains; null: not known. @param spentMs so far. */
export function budgetFor(
  runs: readonly Pick<Run, 'graph' | 'config' | 'step'>[],
  { isSoftware }: { readonly isSoftware: boolean },
  gflops: number | null,
  spentMs: number,
): number {
  if (gflops === null || !(gflops > 0)) return 0;
  const trainingMs = runs.reduce((sum, { graph, config: { training }, step }) => {
    const stepMs = estimatedStepMs(graph, training.batchSize, gflops);
    return sum + Math.max(0, training.steps - step) * stepMs;
  }, 0);
  const most = isSoftware ? BUDGET_MS.software : BUDGET_MS.hardware;
  const budgetMs = Math.min(most, WORTH * trainingMs, TOTAL_MS - spentMs);
  return budgetMs < LEAST_MS ? 0 : budgetMs;
}

export class Tuning {
  /** The adapter's rate as measured when the page opened. */
  gflops: number | null = null;
  private readonly store: TuningStore;
  private spentMs = 0;

  /** @param onTiming told when timing begins, which takes a while, and when it is over. */
  constructor(
    store: TuningStore | null,
    private readonly onTiming: (isTiming: boolean) => void,
  ) {
    this.store = withMemory(store);
  }

  /** Gives every run that has no choice of kernels yet one. Nothing must be under way. Never rejects. */
  async choose(device: EngineDevice, runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      const { graph, config, wantedKernelCode: wanted } = run;
      if (run.kernelChoices !== null || wanted === null) continue;
      run.kernelChoices =
        device.choicesFromCode?.({ graph, training: config.training }, wanted) ?? null;
    }
    const open = runs.filter(({ kernelChoices: tiles }) => tiles === null);
    if (open.length === 0 || device.tune === undefined) return;
    const startMs = performance.now();
    const networks = open.map(({ graph, config: { training } }) => ({ graph, training }));
    const budgetMs = budgetFor(open, device.adapter, this.gflops, this.spentMs);
    const { store } = this;
    let timed = false;
    const tiles = await device.tune(networks, {
      budgetMs,
      store,
      onStart: () => {
        timed = true;
        this.onTiming(true);
      },
    });
    if (timed) {
      this.spentMs += performance.now() - startMs;
      this.onTiming(false);
    }
    for (const run of open) run.kernelChoices = tiles;
  }
}

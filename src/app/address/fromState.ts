/** The page's state → the setup that its address says. */
import { withMicroBatchSize } from '../../training/microBatchRecord.ts';
import { runName } from '../naming.ts';
import type { PageState, RunView } from '../state.ts';
import type { PageSetup, Setup, SetupRun } from './setup.ts';

/**
 * @param isWhole says the runs also where they are the pair that was chosen for this adapter: for others, who have
 *   another one.
 */
export function setupOf(state: PageState, { isWhole }: { isWhole: boolean }): Setup {
  return { page: pageOf(state), runs: state.isDefaultPair && !isWhole ? null : runsOf(state.runs) };
}

function pageOf(state: PageState): PageSetup {
  const { adapter, engine, view, experiment, linked, charts, address } = state;
  // By itself the page takes WebGPU on a GPU that is not slower than the processor, and whatever runs where others were
  // passed over.
  const isTaken =
    engine?.id === 'webgpu' && adapter?.isSoftware === false && engine.compared?.taken !== 'cpu';
  const isChosen = engine !== null && engine.passedOver.length === 0 && !isTaken;
  return {
    engine: isChosen ? engine.id : 'automatic',
    view,
    ...(experiment === null ? {} : { experiment: `${experiment.id}.${experiment.size}` }),
    linked,
    charts,
    hide: [...address.hidden],
    lock: address.isLocked,
  };
}

function runsOf(runs: readonly RunView[]): Setup['runs'] {
  const names: string[] = [];
  const [first, ...others] = runs.map((run, i): SetupRun => {
    const usual = runName((run.originalConfig ?? run.config).model, names);
    names.push(run.name);
    const { config, kernelCode } = asCarriedOut(run);
    return {
      config,
      ...(run.name === usual ? {} : { name: run.name }),
      ...(run.colourIndex === i ? {} : { colour: run.colourIndex + 1 }),
      ...(kernelCode === null ? {} : { kernels: kernelCode }),
    };
  });
  return first === undefined ? null : [first, ...others];
}

/** As it was before its scheduled changes, with what the last bits depend on and this machine has decided. */
function asCarriedOut({ config, originalConfig, preparedConfig, prepared, kernelCode }: RunView) {
  const whole = originalConfig ?? config;
  if (prepared === null || preparedConfig !== config) return { config: whole, kernelCode };
  return {
    config: withMicroBatchSize(whole, prepared.microBatchSize),
    kernelCode: prepared.kernelCode ?? kernelCode,
  };
}

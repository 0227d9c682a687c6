/** The page's state → the setup that its address says. */
import type { RunConfig } from '../../model/config.ts';
import { withMicroBatchSize } from '../../training/microBatchRecord.ts';
import { sameConfig } from '../edit.ts';
import { questionText } from '../lesson/questions.ts';
import { runName } from '../naming.ts';
import type { PageState, RunView } from '../state.ts';
import type { PageSetup, Setup, SetupRun } from './setup.ts';

/**
 * @param isWhole says the runs also where they are the pair that was chosen for this adapter: for others, who have
 *   another one.
 */
export function setupOf(state: PageState, { isWhole }: { isWhole: boolean }): Setup {
  const page = pageOf(state);
  return {
    // No other engine comes to such a hash, and a GPU would be taken where there is one.
    page: isWhole && hashedRuns(state).length > 0 ? { ...page, engine: 'cpu' } : page,
    runs: state.isDefaultPair && !isWhole ? null : runsOf(state.runs, isWhole),
  };
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
    ...(experiment === null
      ? {}
      : {
          experiment: [experiment.id, experiment.size, ...experiment.without].join('.'),
        }),
    linked,
    charts,
    hide: [...address.hidden],
    lock: address.lock,
    ...(address.task === null ? {} : { task: address.task }),
    ask: address.questions.map(questionText),
  };
}

/** The names of the runs whose weights' hashes a link says. */
export const hashedRuns = ({ runs }: PageState): string[] =>
  runs.filter((run) => verifiable(run, asCarriedOut(run).config) !== null).map(({ name }) => name);

function runsOf(runs: readonly RunView[], isWhole: boolean): Setup['runs'] {
  const [first, ...others] = runs.map((run, i): SetupRun => {
    const usual = runName(run.originalConfig ?? run.config, runs.slice(0, i));
    const { config: carriedOut, kernelCode } = asCarriedOut(run);
    const { config, weightsSha256 } = (isWhole ? verifiable(run, carriedOut) : null) ?? {
      config: carriedOut,
      weightsSha256: run.expectedSha256,
    };
    return {
      config,
      ...(run.isNamed && run.name !== usual ? { name: run.name } : {}),
      ...(run.colourIndex === i ? {} : { colour: run.colourIndex + 1 }),
      ...(kernelCode === null ? {} : { kernels: kernelCode }),
      ...(weightsSha256 === null ? {} : { weightsSha256 }),
    };
  });
  return first === undefined ? null : [first, ...others];
}

/** With the hash that others come to as well, where they do: the run is finished, and the config tells all of it. */
function verifiable({ finalWeights }: RunView, config: RunConfig) {
  if (finalWeights?.arithmetic !== 'exact' || finalWeights.replay === null) return null;
  const exact = ({ training, ...rest }: RunConfig): RunConfig => ({
    ...rest,
    training: { ...training, arithmetic: 'exact' },
  });
  if (!sameConfig(exact(config), exact(finalWeights.replay))) return null;
  return { config: exact(config), weightsSha256: finalWeights.sha256 };
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

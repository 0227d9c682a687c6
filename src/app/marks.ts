/** What studies have found in a run's network, for its drawing: ReLUs that never fire, and blocks that it needs. */
import type { RunHistory } from '../training/history.ts';
import type { PageState, RunView } from './state.ts';
import { stepsOf } from './story/evidence.ts';
import { resultOf, type StudyState } from './studies.ts';
import { studyKey } from './studyKeys.ts';
import { t } from '../text/t.ts';

/** Test images whose ReLUs are looked at: enough that few units stay silent by chance. */
export const DEAD_UNIT_IMAGES = 32;

/**
 * The study of this name of the run's network; undefined, too, where the run has been reset since or is back before the
 * step of the study: what was found is another network's.
 * @param history the run's measurements.
 */
export function studyOfRun(
  { studies }: Pick<PageState, 'studies'>,
  name: string,
  run: RunView,
  history: RunHistory,
): StudyState | undefined {
  const study = studies[studyKey(name, run, true)];
  const isOfRun = study?.startId === run.startId && (study.step ?? 0) <= stepsOf(history);
  return isOfRun ? study : undefined;
}

interface Share {
  /** 0–1 */
  readonly share: number;
  /** Steps the network had been trained. */
  readonly step: number;
}

export interface Marks {
  /** By layer, the share of its ReLUs that gave 0 for every image; none before the study. */
  readonly dead: ReadonlyMap<string, Share>;
  /** By block, by how much the test accuracy falls without it; none before the sweep. */
  readonly falls: ReadonlyMap<string, Share>;
}

export function marksOf(units: StudyState | undefined, sweep: StudyState | undefined): Marks {
  const found = resultOf(units, 'deadUnits')?.layers ?? [];
  const rows = resultOf(sweep, 'lesions')?.rows ?? [];
  const whole = rows.find(({ blocks }) => blocks.length === 0);
  const [deadStep, fallsStep] = [units?.step ?? 0, sweep?.step ?? 0];
  return {
    dead: new Map(
      found.map(({ layer, units, dead }) => [layer, { share: dead / units, step: deadStep }]),
    ),
    falls: new Map(
      rows.flatMap(({ blocks: [block], accuracy }) =>
        block === undefined || whole === undefined
          ? []
          : [[block, { share: whole.accuracy - accuracy, step: fallsStep }]],
      ),
    ),
  };
}

/** `−2.1 points` for an accuracy that falls by 0.021. */
export const fallText = (share: number): string =>
  t`${share < 0 ? '+' : '−'}${(100 * Math.abs(share)).toFixed(1)} points`;

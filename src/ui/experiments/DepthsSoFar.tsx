/** A figure over depth while its nets train: those that have finished, and the live ones where they are now. */
import { useId } from 'react';
import type { DepthLine } from '../../app/experiments/experiment.ts';
import { endOf } from '../../app/experiments/result.ts';
import type { ExperimentState } from '../../app/experiments/state.ts';
import { weightLayers } from '../../app/layers.ts';
import { depthPoint, Depths } from '../../charts/experiment/moreLines.tsx';
import { usePage, useSession } from '../context.ts';
import { t } from '../../text/t.ts';

interface DepthsSoFarProps {
  readonly title: string;
  readonly state: ExperimentState;
  readonly lines: readonly DepthLine[];
}

const BOX = { x: 12, y: 8, width: 640, height: 320 } as const;

export function DepthsSoFar({ title, state, lines }: DepthsSoFarProps) {
  const session = useSession();
  const { runs } = usePage((page) => ({ runs: page.runs, version: page.version }));
  const clipId = useId();
  const points = lines
    .flatMap(({ arms }) => arms)
    .flatMap((arm) => {
      const result = state.results[arm];
      if (result !== undefined) return [depthPoint(result)];
      const run = runs.find(({ id }) => id === state.live[arm]);
      if (run === undefined) return [];
      const history = session.history(run.id);
      if (history.latest === null) return [];
      const { error } = endOf(history, run.config.training.batchSize);
      return [{ arm, depth: weightLayers(history.parameterNames).length, error, isLive: true }];
    });
  if (points.length === 0) return null;
  return (
    <figure className="slide" aria-label={t`So far: ${title}`}>
      <svg
        viewBox="0 0 664 340"
        role="img"
        aria-label={t`Training error against depth, so far; hollow dots are still training`}
      >
        <Depths box={BOX} clipId={clipId} points={points} lines={lines} />
      </svg>
      <figcaption className="hint">{t`Hollow dots are still training.`}</figcaption>
    </figure>
  );
}

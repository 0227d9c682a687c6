/** For questions about a cut: the link itself has the shortcuts cut. */
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { SetupRun } from '../address/setup.ts';

/** The runs, with all shortcuts of the first that has any cut at each of these steps. */
export function withCutsAt(
  runs: readonly [SetupRun, ...SetupRun[]],
  steps: readonly number[],
): readonly [SetupRun, ...SetupRun[]] {
  const at = runs.findIndex(({ config }) => hasShortcuts(config.model));
  const cut = (run: SetupRun, i: number): SetupRun => (i === at ? steps.reduce(cutAt, run) : run);
  const [first, ...others] = runs;
  return [cut(first, 0), ...others.map((run, i) => cut(run, i + 1))];
}

function cutAt(run: SetupRun, step: number): SetupRun {
  const { config } = run;
  const changes = config.training.changes ?? [];
  const isThere = changes.some(
    (one) => one.step === step && one.change.kind === 'shortcuts' && !one.change.on,
  );
  if (isThere) return run;
  const training = {
    ...config.training,
    changes: [...changes, { step, change: { kind: 'shortcuts' as const, on: false } }],
  };
  // Its weights will be others.
  return { ...run, config: { ...config, training }, weightsSha256: undefined };
}

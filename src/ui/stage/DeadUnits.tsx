/** Looks for ReLUs that never fire, in all networks on the page; the drawings show them. */
import { DEAD_UNIT_IMAGES, studyOfRun } from '../../app/marks.ts';
import { resultOf } from '../../app/studies.ts';
import { DEAD_UNITS, studyKey } from '../../app/studyKeys.ts';
import { t } from '../../text/t.ts';
import { isUsable, usePage, useSession } from '../context.ts';

export function DeadUnits() {
  const session = useSession();
  const { runs, canStudy } = usePage((state) => ({
    runs: state.runs,
    canStudy: isUsable(state) && state.phase === 'paused' && state.stepsDone > 0,
  }));
  const withRelu = runs.filter(({ config }) => config.model.activation === 'relu');
  const states = usePage((state) =>
    withRelu.map((run) => studyOfRun(state, DEAD_UNITS, run, session.history(run.id))),
  );
  const isRunning = states.some((state) => state?.status === 'running');
  const failed = states.find((state) => state?.status === 'failed');
  const isFound = states.some((state) => resultOf(state, 'deadUnits')?.layers.length);
  if (withRelu.length === 0 || (!canStudy && !isRunning && !isFound)) return null;
  const find = () => {
    for (const run of withRelu) {
      const of = { run: run.id };
      session.queries.study(studyKey(DEAD_UNITS, run, true), {
        ...{ kind: 'deadUnits', of, images: DEAD_UNIT_IMAGES },
      });
    }
  };
  return (
    <span className="hint dead-units">
      <button
        type="button"
        className="link"
        disabled={!canStudy || isRunning}
        title={t`Marks the share of each layer’s ReLUs that give 0 for all of ${DEAD_UNIT_IMAGES} test images.`}
        onClick={find}
      >
        {isRunning ? t`Looking for dead units…` : t`Find dead units`}
      </button>
      {isFound && !isRunning && ` ${t`Hollow: share of ReLUs that never fire.`}`}
      {failed?.status === 'failed' && ` ${failed.message}`}
    </span>
  );
}

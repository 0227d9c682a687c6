/** Looks for ReLUs that never fire, in all networks on the page; the drawings show them. */
import { resultOf } from '../../app/studies.ts';
import { DEAD_UNITS, studyKey } from '../../app/studyKeys.ts';
import { isUsable, usePage, useSession } from '../context.ts';

/** Enough that few units stay silent by chance. */
const IMAGES = 32;

export function DeadUnits() {
  const session = useSession();
  const { runs, studies, canStudy } = usePage((state) => ({
    runs: state.runs,
    studies: state.studies,
    canStudy: isUsable(state) && state.phase === 'paused' && state.stepsDone > 0,
  }));
  const withRelu = runs.filter(({ config }) => config.model.activation === 'relu');
  const keys = withRelu.map((run) => studyKey(DEAD_UNITS, run, true));
  const states = keys.map((key) => studies[key]);
  const isRunning = states.some((state) => state?.status === 'running');
  const failed = states.find((state) => state?.status === 'failed');
  const isFound = states.some((state) => resultOf(state, 'deadUnits')?.layers.length);
  if (withRelu.length === 0 || (!canStudy && !isRunning && !isFound)) return null;
  const find = () => {
    for (const [i, { id }] of withRelu.entries()) {
      const key = keys[i];
      if (key === undefined) continue;
      session.queries.study(key, { kind: 'deadUnits', of: { run: id }, images: IMAGES });
    }
  };
  return (
    <span className="hint dead-units">
      <button
        type="button"
        className="link"
        disabled={!canStudy || isRunning}
        title={`Marks the share of each layer’s ReLUs that give 0 for all of ${IMAGES} test images.`}
        onClick={find}
      >
        {isRunning ? 'Looking for dead units…' : 'Find dead units'}
      </button>
      {isFound && !isRunning && ' hollow: never fire'}
      {failed?.status === 'failed' && ` ${failed.message}`}
    </span>
  );
}

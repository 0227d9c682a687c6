/** The sentence that says what there is to see; screen readers hear it when there is something else to see. */
import { Suspense, useRef } from 'react';
import { storyAtStart } from '../../app/story/start.ts';
import { usePage } from '../context.ts';
import { lazily } from '../lazily.tsx';
import { Sentence } from './Sentence.tsx';

const TrainedStory = lazily(
  () => import('./TrainedStory.tsx'),
  ({ TrainedStory }) => TrainedStory,
  true,
);

export function Story() {
  const { phase, runs, dataError, isBegun } = usePage((state) => ({
    phase: state.phase,
    runs: state.runs,
    dataError: state.dataError,
    isBegun: state.stepsDone > 0 || state.runs.some(({ diverged }) => diverged !== null),
  }));
  const atStart = storyAtStart({ phase, runs, dataError });
  const last = useRef(atStart.phase);
  const start = <Sentence story={atStart} last={last} />;
  if (!isBegun) return start;
  return (
    <Suspense fallback={start}>
      <TrainedStory last={last} />
    </Suspense>
  );
}

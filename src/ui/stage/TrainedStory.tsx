/** The sentence of runs that have made steps: loaded with the first of them. */
import type { RefObject } from 'react';
import { storyOf } from '../../app/story/story.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';
import { Sentence } from './Sentence.tsx';

const DRAWN_AFTER_MS = 100;

export function TrainedStory({ last }: { readonly last: RefObject<string> }) {
  const session = useSession();
  useDrawnVersion(DRAWN_AFTER_MS);
  const { phase, runs, dataError } = usePage((state) => ({
    phase: state.phase,
    runs: state.runs,
    dataError: state.dataError,
  }));
  const story = storyOf({ phase, runs, dataError }, (id) => session.history(id));
  return <Sentence story={story} last={last} />;
}

/** The sentence that says what there is to see; screen readers hear it when there is something else to see. */
import { useEffect, useRef, useState } from 'react';
import { storyOf } from '../../app/story/story.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';

const DRAWN_AFTER_MS = 100;

export function Story() {
  const session = useSession();
  useDrawnVersion(DRAWN_AFTER_MS);
  const { phase, runs, dataError } = usePage((state) => ({
    phase: state.phase,
    runs: state.runs,
    dataError: state.dataError,
  }));
  const story = storyOf({ phase, runs, dataError }, (id) => session.history(id));
  const [announced, setAnnounced] = useState('');
  const last = useRef(story.phase);
  useEffect(() => {
    if (last.current === story.phase) return;
    last.current = story.phase;
    setAnnounced(story.text);
  }, [story]);
  return (
    <>
      <p className="story">{story.text}</p>
      <p className="visually-hidden" aria-live="polite">
        {announced}
      </p>
    </>
  );
}

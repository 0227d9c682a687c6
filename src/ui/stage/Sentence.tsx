import { type RefObject, useEffect, useState } from 'react';
import type { Story } from '../../app/story/start.ts';

interface SentenceProps {
  readonly story: Story;
  /** The phase that was announced last. */
  readonly last: RefObject<string>;
}

/** Shown, and announced where it tells of something else. */
export function Sentence({ story, last }: SentenceProps) {
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    if (last.current === story.phase) return;
    last.current = story.phase;
    setAnnounced(story.text);
  }, [story, last]);
  return (
    <>
      <p className="story">{story.text}</p>
      <p className="visually-hidden" aria-live="polite">
        {announced}
      </p>
    </>
  );
}

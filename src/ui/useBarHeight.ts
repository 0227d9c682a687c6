/** On phones the buttons and the status are a bar at the bottom; how high it is depends on how many lines the status takes. */
import { type RefObject, useEffect } from 'react';

/** Keeps the bar's height, in pixels, as `--bar-height` of the document; 0 where its parts are in the header. */
export function useBarHeight(bar: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = bar;
    if (current === null) return;
    const resized = new ResizeObserver(() =>
      document.documentElement.style.setProperty('--bar-height', `${current.offsetHeight}px`),
    );
    resized.observe(current);
    return () => resized.disconnect();
  }, [bar]);
}

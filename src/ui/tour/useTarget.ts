/** The part of the page that a step of the tour describes: outlined, scrolled into view, with the panel beside it. */
import { type RefObject, useEffect, useState } from 'react';
import { placeBeside } from './place.ts';

/** In narrower windows the panel is docked at the edge: there is no room beside anything. */
const NARROW = 900;

const targetOf = (selector: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(selector);

/** Scrolls no further than necessary, without animation if motion is unwanted. */
export function showTarget(selector: string): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const behavior = still ? 'auto' : 'smooth';
  const target = targetOf(selector);
  // The style of `data-tour` keeps clear of the bars at the page's edges.
  target?.setAttribute('data-tour', '');
  target?.scrollIntoView({ block: 'nearest', behavior });
}

/** Outlines the target. @returns the panel's place; null: docked at the edge. */
export function useTarget(
  selector: string,
  panel: RefObject<HTMLElement | null>,
): { left: number; top: number } | null {
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useEffect(() => {
    const target = targetOf(selector);
    target?.setAttribute('data-tour', '');
    let frame = 0;
    const measure = () => {
      frame = 0;
      const box = panel.current?.getBoundingClientRect();
      const { innerWidth: width, innerHeight: height } = window;
      const isDocked = target === null || box === undefined || width < NARROW;
      setPlace(
        isDocked ? null : placeBeside(target.getBoundingClientRect(), box, { width, height }),
      );
    };
    const measureSoon = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measureSoon();
    const options = { passive: true, capture: true };
    const resized = new ResizeObserver(measureSoon);
    if (panel.current !== null) resized.observe(panel.current);
    if (target !== null) resized.observe(target);
    window.addEventListener('scroll', measureSoon, options);
    window.addEventListener('resize', measureSoon);
    return () => {
      target?.removeAttribute('data-tour');
      cancelAnimationFrame(frame);
      resized.disconnect();
      window.removeEventListener('scroll', measureSoon, options);
      window.removeEventListener('resize', measureSoon);
    };
  }, [selector, panel]);
  return place;
}

/** The part of the page that a step of the tour describes: outlined, scrolled into view, with the panel beside it. */
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { type Place, placeBeside } from './place.ts';

/** In narrower windows the panel is docked at the edge: there is no room beside anything. */
const NARROW = 900;

/** They are in view wherever the page is scrolled to. */
const BARS = '.header, .controls';
/** Its height in pixels, with some room. */
const HEADER = 96;

const targetOf = (selector: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(selector);

interface Target {
  /** Of the panel; null: docked at the edge. */
  readonly place: Place | null;
  /** Scrolls to the target, without animation if motion is unwanted. */
  show(): void;
}

/** Outlines the target, and scrolls to it when it is another one. */
export function useTarget(selector: string, panel: RefObject<HTMLElement | null>): Target {
  const [place, setPlace] = useState<Place | null>(null);
  const show = useCallback(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const target = targetOf(selector);
    // The style of `data-tour` keeps clear of the bars at the page's edges, and of the panel.
    target?.setAttribute('data-tour', '');
    if (target === null || target.closest(BARS) !== null) return;
    const room = (panel.current?.offsetHeight ?? 0) + 24;
    target.style.setProperty('--tour-room', `${room}px`);
    const fits = target.offsetHeight + room < window.innerHeight - HEADER;
    target.scrollIntoView({
      block: fits ? 'nearest' : 'start',
      behavior: still ? 'auto' : 'smooth',
    });
  }, [selector, panel]);
  useEffect(() => {
    let outlined: HTMLElement | null = null;
    let frame = 0;
    let shownHeight = 0;
    const resized = new ResizeObserver(() => {
      const before = shownHeight;
      shownHeight = outlined?.offsetHeight ?? 0;
      // A chart that is drawn late, or anew in a narrower window, may grow out of view.
      if (shownHeight > before) show();
      measureSoon();
    });
    const outline = (target: HTMLElement | null) => {
      outlined?.removeAttribute('data-tour');
      if (outlined !== null) resized.unobserve(outlined);
      outlined = target;
      shownHeight = 0;
      if (target === null) return;
      resized.observe(target);
      show();
    };
    const bar = targetOf('.controls');
    const measure = () => {
      frame = 0;
      // On phones the buttons are at the bottom, below a status of one line or two.
      const barTop = bar?.getBoundingClientRect().top ?? 0;
      panel.current?.style.setProperty('--tour-bottom', `${window.innerHeight - barTop + 8}px`);
      const target = targetOf(selector);
      // Another one where the runs were replaced, or a chart has come.
      if (target !== outlined) outline(target);
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
    if (panel.current !== null) resized.observe(panel.current);
    if (bar !== null) resized.observe(bar);
    const replaced = new MutationObserver(() => targetOf(selector) !== outlined && measureSoon());
    replaced.observe(document.body, { childList: true, subtree: true });
    window.addEventListener('scroll', measureSoon, options);
    window.addEventListener('resize', measureSoon);
    return () => {
      outlined?.removeAttribute('data-tour');
      cancelAnimationFrame(frame);
      resized.disconnect();
      replaced.disconnect();
      window.removeEventListener('scroll', measureSoon, options);
      window.removeEventListener('resize', measureSoon);
    };
  }, [selector, panel, show]);
  return { place, show };
}

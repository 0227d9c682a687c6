/** The part of the page that a step of the tour describes: outlined, scrolled into view, with the panel beside it. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { isUncovered, type Place, placeBeside } from './place.ts';

/** In narrower windows the panel is docked at the edge: there is no room beside anything. */
const NARROW = 900;

/** They are in view wherever the page is scrolled to. */
const BARS = '.header, .controls';

/** What users do to look elsewhere. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

const targetOf = (selector: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(selector);

/** What the page's bars leave of the window, in pixels from its top. */
function betweenBars(): { readonly top: number; readonly bottom: number } {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const pixels = (length: string) => Number.parseFloat(length) || 0;
  return {
    top: pixels(scrollPaddingTop),
    bottom: window.innerHeight - pixels(scrollPaddingBottom),
  };
}

interface Target {
  /** Of the panel; null: docked at the edge. */
  readonly place: Place | null;
  /** Scrolls to the target, without animation if motion is unwanted. */
  show(): void;
}

/** Outlines the target, scrolls to it when it is another one, and keeps it in view until the user looks elsewhere. */
export function useTarget(selector: string, panel: RefObject<HTMLElement | null>): Target {
  const [place, setPlace] = useState<Place | null>(null);
  const isFollowed = useRef(true);
  const show = useCallback(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const target = targetOf(selector);
    isFollowed.current = true;
    // The style of `data-tour` keeps clear of the panel; the page’s keeps clear of the bars at its edges.
    target?.setAttribute('data-tour', '');
    if (target === null || target.closest(BARS) !== null) return;
    const room = (panel.current?.offsetHeight ?? 0) + 24;
    target.style.setProperty('--tour-room', `${room}px`);
    const { top, bottom } = betweenBars();
    target.scrollIntoView({
      block: target.offsetHeight + room < bottom - top ? 'nearest' : 'start',
      behavior: still ? 'auto' : 'smooth',
    });
  }, [selector, panel]);
  useEffect(() => {
    let outlined: HTMLElement | null = null;
    let frame = 0;
    const outline = (target: HTMLElement | null) => {
      outlined?.removeAttribute('data-tour');
      if (outlined !== null) resized.unobserve(outlined);
      outlined = target;
      if (target === null) return;
      resized.observe(target);
      show();
    };
    const measure = () => {
      frame = 0;
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
    // A chart that is drawn late, a sentence or a status of one more line: whatever grows may push the target away.
    const resized = new ResizeObserver(() => {
      const [target, box] = [outlined, panel.current].map((it) => it?.getBoundingClientRect());
      const isSeen = !target || !box || isUncovered(target, box, betweenBars());
      if (isFollowed.current && !isSeen) show();
      measureSoon();
    });
    measureSoon();
    const options = { passive: true, capture: true };
    for (const it of [panel.current, document.body, targetOf('.controls')]) {
      if (it !== null) resized.observe(it);
    }
    const look = ({ target }: Event) => {
      if (!(target instanceof Node && panel.current?.contains(target))) isFollowed.current = false;
    };
    for (const move of MOVES) window.addEventListener(move, look, options);
    const replaced = new MutationObserver(() => targetOf(selector) !== outlined && measureSoon());
    replaced.observe(document.body, { childList: true, subtree: true });
    window.addEventListener('scroll', measureSoon, options);
    window.addEventListener('resize', measureSoon);
    return () => {
      outlined?.removeAttribute('data-tour');
      cancelAnimationFrame(frame);
      resized.disconnect();
      replaced.disconnect();
      for (const move of MOVES) window.removeEventListener(move, look, options);
      window.removeEventListener('scroll', measureSoon, options);
      window.removeEventListener('resize', measureSoon);
    };
  }, [selector, panel, show]);
  return { place, show };
}

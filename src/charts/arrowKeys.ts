/** Moving a cursor or the focus by the arrow keys. */
import type { KeyboardEvent } from 'react';

const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export const ARROW_KEYS: readonly string[] = Object.keys(ARROWS);

/** Columns to the right and rows down that an arrow key moves by; null for other keys. */
export const arrowOf = ({ key }: { readonly key: string }) => ARROWS[key] ?? null;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** Right and down move the focus to the next element that matches `selector`, left and up to the one before. */
export function moveFocus(event: KeyboardEvent, within: Element | null, selector: string): void {
  const arrow = arrowOf(event);
  if (arrow === null) return;
  event.preventDefault();
  const all = [...(within?.querySelectorAll<HTMLElement | SVGElement>(selector) ?? [])];
  const at = all.findIndex((element) => element.matches(':focus'));
  all[clamp(at + arrow[0] + arrow[1], 0, all.length - 1)]?.focus();
}

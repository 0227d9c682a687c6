/**
 * Pointer and keys on a chart's plot. Hovering and the arrow keys move the cursor of all charts; dragging, pinching,
 * Ctrl + wheel, + and - zoom all charts; Escape, 0 and a double click undo that.
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { XRange } from '../app/xAxis.ts';
import { PLOT_KEYS } from './keys.ts';
import { clampZoom, linkedStore } from './linked.ts';
import type { Scale } from './scale.ts';

/** A shorter drag is a click. */
const MIN_DRAG = 5;
const KEY_STEPS = 100;
const ZOOM_FACTOR = 0.5;
const WHEEL_FACTOR = 0.002;

export interface PlotGestures {
  /** The part being dragged over, in pixels of the plot. */
  readonly selection: readonly [number, number] | null;
  /** The pointer's distance from the top; null if the pointer is elsewhere. */
  readonly pointerY: number | null;
  readonly handlers: {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(event: PointerEvent<HTMLElement>): void;
    onPointerLeave(): void;
    onDoubleClick(): void;
    onKeyDown(event: KeyboardEvent<HTMLElement>): void;
    onBlur(): void;
  };
}

/** Of a pointer, from the element's corner, in the pixels that the element is laid out in: the page may show it larger. */
function placeIn(
  element: HTMLElement | null,
  { clientX, clientY = 0 }: { readonly clientX: number; readonly clientY?: number },
): { readonly x: number; readonly y: number } {
  if (element === null) return { x: 0, y: 0 };
  const { left, top, width } = element.getBoundingClientRect();
  const shown = width / (element.offsetWidth || width || 1);
  return { x: (clientX - left) / shown, y: (clientY - top) / shown };
}

/**
 * @param x scale of the plot, pixels from the left edge of the element. @param full the whole range.
 * @param whole whether the cursor is restricted to whole numbers.
 */
export function usePlotGestures(
  element: RefObject<HTMLElement | null>,
  x: Scale,
  full: XRange,
  whole: boolean,
): PlotGestures {
  const [selection, setSelection] = useState<readonly [number, number] | null>(null);
  const [pointerY, setPointerY] = useState<number | null>(null);
  const dragFrom = useRef<number | null>(null);
  const touches = useRef(new Map<number, number>());
  const [left, right] = [x.at(x.from), x.at(x.to)];
  const within = (pixel: number) => Math.min(right, Math.max(left, pixel));
  const setCursor = (pixel: number) => {
    const value = x.invert(within(pixel));
    linkedStore.setState({ cursor: whole ? Math.round(value) : value });
  };
  /** To the part between two pixels, which may lie outside the plot. */
  const zoomTo = (a: number, b: number) => {
    const bounded = { from: x.invert(a), to: x.invert(b) };
    linkedStore.setState({ zoom: clampZoom(bounded, full) });
  };
  /** @param factor below 1 zooms in. */
  const zoomAbout = (pixel: number, factor: number) =>
    zoomTo(pixel - (pixel - left) * factor, pixel + (right - pixel) * factor);
  const pixelOf = (event: { readonly clientX: number }) => placeIn(element.current, event).x;
  const endDrag = () => {
    dragFrom.current = null;
    setSelection(null);
  };

  const latestZoom = useRef(zoomAbout);
  latestZoom.current = zoomAbout;
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    // React's listener is passive and could not keep the page from zooming.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      latestZoom.current(placeIn(target, event).x, Math.exp(WHEEL_FACTOR * event.deltaY));
    };
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => target.removeEventListener('wheel', onWheel);
  }, [element]);

  const pinch = (id: number, pixel: number) => {
    const before = touches.current.get(id);
    const other = [...touches.current].find(([key]) => key !== id)?.[1];
    touches.current.set(id, pixel);
    if (before === undefined || other === undefined) return;
    const factor = Math.abs(before - other) / Math.max(1, Math.abs(pixel - other));
    zoomAbout(other, factor);
  };

  return {
    selection,
    pointerY,
    handlers: {
      onPointerDown: (event) => {
        const pixel = pixelOf(event);
        if (event.pointerType === 'touch') touches.current.set(event.pointerId, pixel);
        else if (event.button === 0 && pixel >= left) dragFrom.current = pixel;
        setCursor(pixel);
      },
      onPointerMove: (event) => {
        const pixel = pixelOf(event);
        if (touches.current.size > 1) {
          pinch(event.pointerId, pixel);
          return;
        }
        setCursor(pixel);
        setPointerY(placeIn(event.currentTarget, event).y);
        const from = dragFrom.current;
        if (from === null) return;
        if (selection === null && Math.abs(pixel - from) < MIN_DRAG) return;
        if (!event.currentTarget.hasPointerCapture(event.pointerId))
          event.currentTarget.setPointerCapture(event.pointerId);
        setSelection([Math.min(from, within(pixel)), Math.max(from, within(pixel))]);
      },
      onPointerUp: (event) => {
        touches.current.delete(event.pointerId);
        if (selection !== null) zoomTo(...selection);
        endDrag();
      },
      onPointerCancel: (event) => {
        touches.current.delete(event.pointerId);
        endDrag();
      },
      onPointerLeave: () => {
        if (dragFrom.current !== null && selection !== null) return;
        endDrag();
        setPointerY(null);
        linkedStore.setState({ cursor: null });
      },
      onDoubleClick: () => linkedStore.setState({ zoom: null }),
      onKeyDown: (event) => {
        const { cursor, zoom } = linkedStore.getState();
        const place = cursor === null ? null : within(x.at(cursor));
        const step = (event.shiftKey ? 10 : 1) * ((right - left) / KEY_STEPS);
        const keys: Readonly<Record<string, () => void>> = {
          [PLOT_KEYS.left]: () => setCursor((place ?? right) - (place === null ? 0 : step)),
          [PLOT_KEYS.right]: () => setCursor((place ?? left) + (place === null ? 0 : step)),
          [PLOT_KEYS.first]: () => setCursor(left),
          [PLOT_KEYS.last]: () => setCursor(right),
          [PLOT_KEYS.zoomIn]: () => zoomAbout(place ?? (left + right) / 2, ZOOM_FACTOR),
          // The key of + without Shift.
          '=': () => zoomAbout(place ?? (left + right) / 2, ZOOM_FACTOR),
          [PLOT_KEYS.zoomOut]: () => zoomAbout(place ?? (left + right) / 2, 1 / ZOOM_FACTOR),
          [PLOT_KEYS.back]: () =>
            zoom !== null && zoomTo(left - (right - left) / 2, (left + right) / 2),
          [PLOT_KEYS.on]: () =>
            zoom !== null && zoomTo((left + right) / 2, right + (right - left) / 2),
          [PLOT_KEYS.whole]: () => linkedStore.setState({ zoom: null }),
          [PLOT_KEYS.clear]: () => {
            if (selection !== null) endDrag();
            else linkedStore.setState(cursor === null ? { zoom: null } : { cursor: null });
          },
        };
        const act = keys[event.key];
        if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      },
      onBlur: () => linkedStore.setState({ cursor: null }),
    },
  };
}

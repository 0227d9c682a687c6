/** The nets' depth as a row of stops to step through: image, stem, blocks stage by stage, pool. */
import { type KeyboardEvent, useRef } from 'react';
import type { LayerStage } from '../../app/inside/layerStages.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { insideStore } from './insideStore.ts';

interface DepthStripProps {
  readonly stops: readonly LayerStage[];
  readonly shown: string;
  readonly nets: readonly { readonly run: ShownRun; readonly stops: readonly LayerStage[] }[];
}

export function DepthStrip({ stops, shown, nets }: DepthStripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const at = stops.findIndex(({ id }) => id === shown);
  const goTo = (place: number, takesFocus: boolean) => {
    const stop = stops[Math.min(stops.length - 1, Math.max(0, place))];
    if (stop === undefined) return;
    insideStore.setState({ stop: stop.id });
    const button = strip.current?.querySelectorAll('button')[stops.indexOf(stop)];
    if (takesFocus) button?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const end = { Home: 0, End: stops.length - 1 }[event.key];
    if (by === undefined && end === undefined) return;
    event.preventDefault();
    goTo(end ?? at + (by ?? 0), true);
  };
  const hasShortcut = (id: string) =>
    nets.some(({ stops: own }) => own.find((stop) => stop.id === id)?.noShortcut === null);
  return (
    <div className="depth">
      <button
        type="button"
        className="depth-turn"
        disabled={at <= 0}
        onClick={() => goTo(at - 1, false)}
      >
        Shallower
      </button>
      <div
        ref={strip}
        className="depth-stops"
        role="radiogroup"
        aria-label="Depth"
        onKeyDown={onKeyDown}
      >
        {stops.map(({ id, label, stage }, i) => {
          const startsStage = stage !== null && stops[i - 1]?.stage !== stage;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a drawing of the net whose parts are chosen
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={id === shown}
              aria-label={stage === null ? label : `Block ${id}`}
              tabIndex={id === shown ? 0 : -1}
              className={startsStage ? 'depth-stop starts-stage' : 'depth-stop'}
              onClick={() => goTo(i, false)}
            >
              <svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">
                {stage !== null && hasShortcut(id) && (
                  <path className="arc" d="M2 11C2 -1 26 -1 26 11" />
                )}
                <path className="wire" d="M0 11H28" />
              </svg>
              {label}
            </button>
          );
        })}
      </div>
      <button
        type="button"
        className="depth-turn"
        disabled={at >= stops.length - 1}
        onClick={() => goTo(at + 1, false)}
      >
        Deeper
      </button>
    </div>
  );
}

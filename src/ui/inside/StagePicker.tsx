/** The stages of the networks to step through: image, stem, blocks and pool. */
import { type KeyboardEvent, useRef } from 'react';
import type { LayerStage } from '../../app/inside/layerStages.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { arrowOf, clamp } from '../../charts/arrowKeys.ts';
import { insideStore } from './insideStore.ts';
import { t } from '../../text/t.ts';

interface StagePickerProps {
  readonly stages: readonly LayerStage[];
  readonly shown: string;
  readonly nets: readonly { readonly run: ShownRun; readonly stages: readonly LayerStage[] }[];
}

export function StagePicker({ stages, shown, nets }: StagePickerProps) {
  const strip = useRef<HTMLDivElement>(null);
  const at = stages.findIndex(({ id }) => id === shown);
  const goTo = (place: number, takesFocus: boolean) => {
    const next = clamp(place, 0, stages.length - 1);
    insideStore.setState({ stage: stages[next]?.id ?? shown });
    if (takesFocus) strip.current?.querySelectorAll('button')[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrowOf(event);
    const end = { Home: 0, End: stages.length - 1 }[event.key];
    if (arrow === null && end === undefined) return;
    event.preventDefault();
    const [right, down] = arrow ?? [0, 0];
    goTo(end ?? at + right + down, true);
  };
  const hasShortcut = (id: string) =>
    nets.some((net) => net.stages.find((one) => one.id === id)?.noShortcut === null);
  return (
    <div className="stage-picker">
      <button
        type="button"
        className="stage-turn"
        disabled={at <= 0}
        onClick={() => goTo(at - 1, false)}
      >{t`Shallower`}</button>
      <div
        ref={strip}
        className="stage-buttons"
        role="radiogroup"
        aria-label={t`Depth`}
        onKeyDown={onKeyDown}
      >
        {stages.map(({ id, label, stage }, i) => {
          const startsStage = stage !== null && stages[i - 1]?.stage !== stage;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a drawing of the network whose parts are chosen
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={id === shown}
              aria-label={stage === null ? label : t`Block ${id}`}
              tabIndex={id === shown ? 0 : -1}
              className={startsStage ? 'stage-button starts-stage' : 'stage-button'}
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
        className="stage-turn"
        disabled={at >= stages.length - 1}
        onClick={() => goTo(at + 1, false)}
      >{t`Deeper`}</button>
    </div>
  );
}

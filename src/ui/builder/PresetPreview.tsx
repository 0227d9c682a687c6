/** What a preset would change, how long that would take, and a yes or no. */
import { useMemo } from 'react';
import { differingFields } from '../../app/configDifferences.ts';
import { applyPatch, type ConfigPatch } from '../../app/edit.ts';
import { LONG_MS, planWith, presetPatch, shortened } from '../../app/presetEdit.ts';
import type { RunView } from '../../app/state.ts';
import { formatCount, formatDuration } from '../../charts/format.ts';
import type { RunConfig } from '../../model/config.ts';
import { useBuilder, usePage } from '../context.ts';
import './preview.css';
import { sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';

interface PresetPreviewProps {
  readonly run: RunView;
  readonly shown: RunConfig;
  /** The preset's. */
  readonly name: string;
  onClose(): void;
}

export function PresetPreview({ run, shown, name, onClose }: PresetPreviewProps) {
  const builder = useBuilder();
  const state = usePage(({ gflops, engine, adapter, paceRatio, runs, selected }) => ({
    ...{ gflops, engine, adapter, paceRatio, runs, selected },
  }));
  const patch = useMemo(() => presetPatch(name, shown), [name, shown]);
  const plan = useMemo(() => planWith(patch, state), [patch, state]);
  const wanted = applyPatch(shown, patch);
  const changes = differingFields(wanted, shown);
  const isLong = plan !== null && plan.ms > LONG_MS;
  const shorter = plan?.shorter ?? null;
  const others = state.runs.length - 1;
  const use = (meant: ConfigPatch) => {
    builder.edit(meant, false);
    onClose();
  };
  return (
    <section
      className={isLong ? 'preview long' : 'preview'}
      aria-label={t`What the preset changes`}
    >
      {changes.length === 0 ? (
        <p>{t`${run.name} is like that already.`}</p>
      ) : (
        <>
          <p>
            {others > 0
              ? t`Changes of ${run.name}, and of no other run:`
              : t`Changes of ${run.name}:`}
          </p>
          <ul>
            {changes.map((field) => (
              <li key={field.field}>
                {field.label}{' '}
                <span className="faint">
                  <del>{field.show(shown)}</del> →
                </span>{' '}
                <ins>{field.show(wanted)}</ins>
              </li>
            ))}
          </ul>
        </>
      )}
      {plan !== null && (
        <p className={isLong ? 'long-time' : undefined}>
          {others > 0
            ? t`All runs together then take about ${formatDuration(plan.ms)} here.`
            : t`It then takes about ${formatDuration(plan.ms)} here.`}
          {shorter !== null && (
            <>
              {sentenceSpace}
              {t`Shortened to ${formatCount(shorter.steps)} steps: ${formatDuration(shorter.ms)}.`}
            </>
          )}
        </p>
      )}
      <div className="row panel-buttons">
        {shorter !== null && (
          <button
            type="button"
            className="primary"
            onClick={() => use(shortened(patch, shorter.steps))}
          >{t`Use it shortened`}</button>
        )}
        <button
          type="button"
          className={isLong ? undefined : 'primary'}
          disabled={changes.length === 0}
          onClick={() => use(patch)}
        >
          {isLong ? t`Use it all the same` : t`Use it`}
        </button>
        <button type="button" onClick={onClose}>{t`Cancel`}</button>
      </div>
    </section>
  );
}

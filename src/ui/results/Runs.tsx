/** The runs side by side: what each is, where it stands, and the switch that this page is about. */

import { useMemo } from 'react';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { runColour, runDash } from '../../charts/palette.ts';
import { buildGraph } from '../../model/builder.ts';
import { hasShortcuts } from '../../model/naming.ts';
import { withPending } from '../../runs/edit.ts';
import { gradientRatio, weightLayers } from '../../runs/layers.ts';
import { describeModel } from '../../runs/naming.ts';
import type { RunView } from '../../runs/state.ts';
import { useBuilder, usePage, useSession } from '../context.ts';
import { SwitchField } from '../fields.tsx';

export function Runs() {
  const runs = usePage((state) => state.runs);
  return (
    <div className="runs">
      <h2>Runs</h2>
      <p className="hint">
        Same seed, same first weights, same batches; only the shortcuts differ. Switch them while
        the nets train: the weights stay, and the moment is marked on the charts.
      </p>
      <div className="run-cards">
        {runs.map((run) => (
          <RunCard key={run.id} run={run} isOnly={runs.length === 1} />
        ))}
      </div>
    </div>
  );
}

function RunCard({ run, isOnly }: { run: RunView; isOnly: boolean }) {
  const builder = useBuilder();
  const session = useSession();
  usePage((state) => state.version);
  const shown = withPending(run.config, run.pending);
  const parameterCount = useMemo(
    () => buildGraph(run.config.model).parameterCount,
    [run.config.model],
  );
  const history = session.history(run.id);
  const layers = useMemo(() => weightLayers(history.parameterNames), [history.parameterNames]);
  const { latest } = history;
  const ratio = latest === null ? Number.NaN : gradientRatio(layers, latest.gradNorm);
  return (
    <section
      className="run-card"
      aria-label={run.name}
      style={{ borderColor: runColour(run.slot) }}
    >
      <header>
        <svg width="34" height="10" aria-hidden="true">
          <path
            d="M1 5H33"
            stroke={runColour(run.slot)}
            strokeWidth="3"
            strokeDasharray={runDash(run.slot)}
          />
        </svg>
        <h3>{run.name}</h3>
        {!isOnly && (
          <button
            type="button"
            className="quiet"
            aria-label={`Remove ${run.name}`}
            onClick={() => session.removeRun(run.id)}
          >
            ×
          </button>
        )}
      </header>
      <SwitchField
        label="Shortcuts"
        checked={hasShortcuts(shown.model)}
        onChange={(on) => builder.change(run.id, { kind: 'shortcuts', on })}
      />
      {run.pending.length > 0 && <p className="hint">Takes effect with the next step.</p>}
      <p className="hint">{describeModel(run.config.model)}</p>
      <dl>
        <Figure term="Parameters" value={formatCount(parameterCount)} />
        <Figure term="Training loss" value={latest === null ? '–' : formatValue(latest.loss)} />
        <Figure
          term="Test loss"
          value={run.evaluation === null ? '–' : formatValue(run.evaluation.loss)}
        />
        <Figure
          term="Test accuracy"
          value={run.evaluation === null ? '–' : formatPercent(run.evaluation.accuracy)}
        />
        <Figure
          term="Best so far"
          value={run.bestAccuracy === null ? '–' : formatPercent(run.bestAccuracy)}
        />
        <Figure
          term="Gradient, first ÷ last layer"
          value={Number.isFinite(ratio) ? formatValue(ratio) : '–'}
        />
        <Figure
          term="Learning rate"
          value={latest === null ? '–' : formatValue(latest.learningRate)}
        />
      </dl>
      <button
        type="button"
        className="link"
        disabled={latest === null}
        onClick={() => session.send({ type: 'evaluate', id: run.id })}
      >
        Measure test accuracy now
      </button>
    </section>
  );
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

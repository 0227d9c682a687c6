/** The runs side by side: each with its latest numbers and the switch that this page is about. */
import { useMemo } from 'react';
import { hasShortcut, withPending } from '../../app/edit.ts';
import { gradientRatio, weightLayers } from '../../app/layers.ts';
import { describeModel } from '../../app/naming.ts';
import type { RunView } from '../../app/state.ts';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { buildGraph } from '../../model/builder.ts';
import { hasShortcuts } from '../../model/shortcuts.ts';
import { useBuilder, usePage, useSession } from '../context.ts';
import { SwitchField } from '../fields.tsx';
import { RunLine } from '../RunLine.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';
import { Term } from '../Term.tsx';
import { FinalHash } from './FinalHash.tsx';
import { MeasureTest } from './MeasureTest.tsx';

export function Runs() {
  const runs = usePage((state) => state.runs);
  return (
    <div className="column runs">
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
  const isLocked = useIsLocked();
  const shown = withPending(run.config, run.pending);
  const colour = runColour(run.colourIndex);
  const { model } = run.config;
  const { parameterCount, blocks } = useMemo(() => buildGraph(model), [model]);
  const on = blocks.filter(({ name }) => hasShortcut(shown.model, name)).length;
  return (
    <section className="run-card" aria-label={run.name} style={{ borderColor: colour }}>
      <header>
        <RunLine colourIndex={run.colourIndex} width={34} />
        <h2>{run.name}</h2>
        <SwitchField
          label="Shortcuts"
          field="shortcuts"
          disabled={isLocked}
          checked={hasShortcuts(shown.model)}
          onChange={(on) => builder.change(run.id, { kind: 'shortcuts', on })}
        />
        <span className="hint">
          {on} of {blocks.length}
        </span>
        {!isOnly && (
          <button
            type="button"
            className="quiet"
            aria-label={`Remove ${run.name}`}
            disabled={run.pending.length > 0 || isLocked}
            onClick={() => session.removeRun(run.id)}
          >
            ×
          </button>
        )}
      </header>
      <p className="hint">
        {run.pending.length > 0
          ? 'Takes effect with the next step.'
          : `${formatCount(parameterCount)} parameters, ${describeModel(model)}`}
        {run.weightsFrom !== null && `, weights of ${run.weightsFrom}`}
      </p>
      <LatestNumbers run={run} />
      <MeasureTest run={run} />
      <FinalHash run={run} />
    </section>
  );
}

/** The run's latest numbers; redrawn whenever measurements arrive. */
function LatestNumbers({ run }: { run: RunView }) {
  const session = useSession();
  usePage((state) => state.version);
  const { latest, parameterNames } = session.history(run.id);
  const layers = useMemo(() => weightLayers(parameterNames), [parameterNames]);
  const ratio = latest === null ? Number.NaN : gradientRatio(layers, latest.gradNorm);
  const { evaluation, bestAccuracy } = run;
  return (
    <dl>
      <Term term="Training loss">{latest === null ? '–' : formatValue(latest.loss)}</Term>
      <Term term="Test loss">{evaluation === null ? '–' : formatValue(evaluation.loss)}</Term>
      <Term term="Test accuracy (best)">
        {evaluation === null
          ? '–'
          : `${formatPercent(evaluation.accuracy)} (${formatPercent(bestAccuracy ?? 0)})`}
      </Term>
      <Term
        term="‖∇‖ first ÷ last"
        title="Gradient norm of the first layer divided by that of the last. 1 is even; far above 1 the gradient explodes towards the input, far below 1 it vanishes."
      >
        {Number.isFinite(ratio) ? formatValue(ratio) : '–'}
      </Term>
      <Term term="Learning rate">{latest === null ? '–' : formatValue(latest.learningRate)}</Term>
    </dl>
  );
}

/** The selected run's network and training: settings and costs. */
import { Suspense, useMemo } from 'react';
import { configErrors } from '../../app/builderSession.ts';
import { withPending } from '../../app/edit.ts';
import type { RunView } from '../../app/state.ts';
import { runColour } from '../../charts/palette.ts';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { useBuilder, usePage, useSelectedRun } from '../context.ts';
import { SwitchField } from '../fields.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { lazily } from '../lazily.tsx';
import { Editable, Shown } from '../sharing/Shown.tsx';
import { Bottleneck } from './Bottleneck.tsx';
import { Costs } from './Costs.tsx';
import { ModelFields, MoreModelFields } from './ModelFields.tsx';
import { NetworkTable } from './NetworkTable.tsx';
import { PresetField } from './PresetField.tsx';
import { TrainingFields } from './TrainingFields.tsx';

const AdvancedFields = lazily(
  () => import('./AdvancedFields.tsx'),
  ({ AdvancedFields }) => AdvancedFields,
);

/** The graph of the edited model, or of the run's own if the edited one cannot be built. */
function drawnGraph(draft: ModelConfig, fallback: ModelConfig): LayerGraph {
  try {
    return buildGraph(draft);
  } catch {
    return buildGraph(fallback);
  }
}

export function Builder() {
  const run = useSelectedRun();
  if (run === null) {
    return (
      <section className="column panel builder" aria-label="Network">
        <h2>Network</h2>
        <p className="hint">
          Measuring this computer’s adapter to choose a pair of networks that suits it…
        </p>
      </section>
    );
  }
  return <RunBuilder run={run} />;
}

function RunBuilder({ run }: { run: RunView }) {
  const builder = useBuilder();
  const { linked, runs } = usePage((state) => ({ linked: state.linked, runs: state.runs }));
  const shown = useMemo(
    () => withPending(run.draft ?? run.config, run.pending),
    [run.draft, run.config, run.pending],
  );
  const graph = useMemo(
    () => drawnGraph(shown.model, run.config.model),
    [shown.model, run.config.model],
  );
  return (
    <section className="column panel builder" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <div className="row run-tabs">
        {runs.map(({ id, name, colourIndex }) => (
          <button
            key={id}
            type="button"
            className="run-tab"
            aria-pressed={id === run.id}
            style={{ borderColor: id === run.id ? runColour(colourIndex) : 'transparent' }}
            onClick={() => builder.session.store.setState({ selected: id })}
          >
            Edit {name}
          </button>
        ))}
      </div>
      <Editable>
        <Shown part="preset">
          <PresetField run={run} shown={shown} />
        </Shown>
      </Editable>
      <Shown part="costs">
        <Costs
          graph={graph}
          prepared={run.draft === null ? run.prepared : null}
          batchSize={run.config.training.batchSize}
        />
      </Shown>
      <Editable>
        <DraftBar run={run} />
        {runs.length > 1 && (
          <SwitchField
            label="Link settings across runs"
            field="linked"
            checked={linked}
            onChange={(checked) => builder.session.store.setState({ linked: checked })}
          />
        )}
        <Shown part="model">
          <ModelFields model={shown.model} />
          <Shown part="more-model">
            <MoreModelFields model={shown.model} />
          </Shown>
          <Shown part="advanced-model">
            <LazyDetails summary="Advanced: details that differ between programs">
              {() => (
                <Suspense>
                  <AdvancedFields model={shown.model} />
                </Suspense>
              )}
            </LazyDetails>
          </Shown>
        </Shown>
        <Shown part="training">
          <TrainingFields run={run} training={shown.training} />
        </Shown>
      </Editable>
      <Shown part="table">
        <NetworkTable graph={graph} />
      </Shown>
      <Bottleneck />
    </section>
  );
}

/** Edits of a trained run, which would lose it its weights, wait here for confirmation. */
function DraftBar({ run }: { run: RunView }) {
  const builder = useBuilder();
  const { drafts, errors, steps } = usePage((state) => ({
    drafts: state.runs.filter(({ draft }) => draft !== null).length,
    errors: Object.values(state.fieldErrors).join(' '),
    steps: state.stepsDone,
  }));
  if (errors === '' && (drafts === 0 || steps === 0)) return null;
  const isWrong = run.draft !== null && Object.keys(configErrors(run.draft)).length > 0;
  return (
    <div className={errors === '' ? 'row draft' : 'row draft wrong'}>
      <p>
        {errors === ''
          ? 'These settings need a new network: training starts again at step 0.'
          : `Not built: ${errors} Nothing was changed.`}
      </p>
      {!isWrong && errors === '' && (
        <button type="button" onClick={() => builder.applyDrafts()}>
          Build and start again
        </button>
      )}
      <button type="button" onClick={() => builder.discardDrafts()}>
        Discard
      </button>
    </div>
  );
}

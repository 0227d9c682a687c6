/** What a link to this page holds, and what it does not. */

import { hashedRuns } from '../../app/address/fromState.ts';
import { differences } from '../../app/configDifferences.ts';
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import { describeModel } from '../../app/naming.ts';
import type { PageState } from '../../app/state.ts';
import { inOneLine } from '../../app/words.ts';
import { listed } from '../../text/language.ts';
import { markWords } from '../../training/markWords.ts';
import { formatCount } from '../../charts/format.ts';
import type { RunConfig } from '../../model/config.ts';
import { applyChange } from '../../training/changes.ts';
import { Rich } from '../Rich.tsx';
import { usePage } from '../context.ts';
import { adapterWords } from '../../engine/adapterWords.ts';
import { t } from '../../text/t.ts';

/** What a link cannot hold. */
function leftBehind({ runs, stepsDone }: PageState): string[] {
  const names = (of: typeof runs) => listed(of.map(({ name }) => name));
  const imported = runs.filter(({ weightsFrom }) => weightsFrom !== null);
  const changed = runs.filter(({ markers }) => markers.some(({ step }) => step > 0));
  const edited = runs.filter(({ draft }) => draft !== null);
  return [
    ...(stepsDone > 0
      ? [t`Trained weights and curves: save a checkpoint to keep them. The link starts at step 0.`]
      : []),
    ...(imported.length > 0 ? [t`The weights that ${names(imported)} started from.`] : []),
    ...(changed.length > 0
      ? [
          t`When ${names(changed)} changed during training: the link has the current settings from step 0.`,
        ]
      : []),
    ...(edited.length > 0 ? [t`Edits that have not been built yet.`] : []),
  ];
}

/** Scheduled changes, if they are not those of `base`: `['shortcuts off at step 500']`. */
function changes(config: RunConfig, base: RunConfig): string[] {
  const [own = [], others = []] = [config, base].map(({ training }) => training.changes);
  if (JSON.stringify(own) === JSON.stringify(others)) return [];
  if (own.length === 0) return [t`no changes during training`];
  return own.map(
    ({ step, change }) =>
      t`${markWords(applyChange(config, change).label)} at step ${formatCount(step)}`,
  );
}

const differencesOf = (config: RunConfig, base: RunConfig): string =>
  inOneLine([...differences(config, base), ...changes(config, base)]) || t`as the first`;

export function LinkContents() {
  const state = usePage((page) => page);
  const { runs, adapter } = state;
  const [first] = runs;
  if (first === undefined) return null;
  const { data, training } = first.config;
  const missing = leftBehind(state);
  const hashed = hashedRuns(state);
  return (
    <div className="column share-contents">
      <section>
        <h3>{t`In the link`}</h3>
        <ul>
          {runs.map(({ id, name, config }, i) => (
            <li key={id}>
              <Rich
                text={t`<name/>: ${i === 0 ? describeModel(config.model) : differencesOf(config, first.config)}`}
                marks={{ name: () => <strong>{name}</strong> }}
              />
            </li>
          ))}
          <li>{t`${CONFIG_FIELDS.source.phrase(first.config, first.config) ?? ''}, ${formatCount(data.train)} to train on and ${formatCount(data.test)} to test on; batch ${training.batchSize}, ${formatCount(training.steps)} steps, seed ${training.seed}`}</li>
          {first.prepared?.kernelCode !== null && adapter !== null && (
            <li>{t`The kernels chosen for ${adapterWords(adapter.name)}: on it the losses are the same to the last bit, on other adapters up to rounding`}</li>
          )}
          {hashed.length > 0 && (
            <li>{t`The hash of the weights of ${listed(hashed)}: anyone who trains the link to its end can see whether their weights are the same, to the last bit`}</li>
          )}
        </ul>
      </section>
      {missing.length > 0 && (
        <section>
          <h3>{t`Not in the link`}</h3>
          <ul>
            {missing.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

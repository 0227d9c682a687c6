/** Edits made in the builder: checked, shared with the twins, and sent at once or held until training restarts. */
import type { RunConfig } from '../model/config.ts';
import { networkName } from '../model/networkName.ts';
import { parseRunConfig } from '../model/parse.ts';
import type { RunEdit } from '../training/changes.ts';
import type { RunId } from '../training/runIdentity.ts';
import { canChange } from './address/lock.ts';
import { checked, configErrors } from './drafts.ts';
import { applyPatch, type ConfigPatch, sharedPart, withPending } from './edit.ts';
import { nameAfterSwitch, runName } from './naming.ts';
import type { PageSession } from './pageSession.ts';
import { isAtRest, type RunView } from './state.ts';
import { t } from '../text/t.ts';

/** Typing in a number field should not build a network a keystroke. */
const SETTLE_MS = 300;

export class BuilderSession {
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(readonly session: PageSession) {}

  /**
   * Edits the selected run, and the others as far as they share the field. Before the first step a config that can be
   * built takes effect at once; afterwards it waits as a draft for `applyDrafts`, but for a number of steps that is not
   * below those made. A locked page is not edited.
   * @param isForAll whether the other runs take over what they share; otherwise only the selected one is edited.
   */
  edit(patch: ConfigPatch, isForAll = true): void {
    const { store, hasSteps } = this.session;
    const { selected, linked, runs, address } = store.getState();
    if (address.lock !== false) return;
    const steps = hasSteps ? stepsAlone(patch) : null;
    if (steps !== null && this.#canMake(steps)) {
      this.#setSteps(steps);
      return;
    }
    const edited = runs.map((run) => {
      if (run.id !== selected && !isForAll) return run;
      const part = run.id === selected ? patch : sharedPart(patch, linked);
      return { ...run, draft: applyPatch(run.draft ?? run.config, part) };
    });
    store.setState({ isDefaultPair: false, ...checked(edited) });
    if (!hasSteps) this.#applySoon();
  }

  /** Edits every run by its own patch, like `edit`. */
  editEach(patchOf: (config: RunConfig) => ConfigPatch): void {
    const { store, hasSteps } = this.session;
    const { runs, address } = store.getState();
    if (address.lock !== false) return;
    const edited = runs.map((run) => {
      const config = run.draft ?? run.config;
      return { ...run, draft: applyPatch(config, patchOf(config)) };
    });
    store.setState({ isDefaultPair: false, ...checked(edited) });
    if (!hasSteps) this.#applySoon();
  }

  /** Trains all runs for so many steps more than the longest was to have. */
  trainLonger(more: number): void {
    const { runs, address } = this.session.store.getState();
    const steps = Math.max(0, ...runs.map(({ config }) => config.training.steps)) + more;
    if (address.lock !== false || !this.#canMake(steps)) return;
    this.#setSteps(steps);
    this.session.send({ type: 'train' });
  }

  /** Shortcuts or learning rate of one run: between two steps once it trains, else as part of its config. */
  change(id: RunId, change: RunEdit): void {
    this.settle();
    const { store } = this.session;
    const { runs, address } = store.getState();
    if (!canChange(address.lock, change)) return;
    const changed = runs.map((run) =>
      run.id === id ? switched(run, withPending(run.config, [change]), runs) : run,
    );
    const errors = Object.assign({}, ...changed.map(({ config }) => configErrors(config)));
    if (Object.keys(errors).length > 0) {
      store.setState({ fieldErrors: { ...checked(runs).fieldErrors, ...errors } });
      return;
    }
    // The edits that wait must not take it back.
    const drafted = (run: RunView): RunView =>
      run.id === id ? { ...run, draft: run.draft && withPending(run.draft, [change]) } : run;
    const isRunning = !isAtRest(store.getState());
    if (this.session.hasSteps || isRunning) {
      this.session.change(id, change);
      store.setState(checked(store.getState().runs.map(drafted)));
      return;
    }
    store.setState({ isDefaultPair: false, ...checked(changed.map(drafted)) });
    this.session.syncRuns();
  }

  /** Edits that wait for the typing to end take effect now: before anything that builds on them. */
  settle(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.applyDrafts();
  }

  /** The waiting edits become the runs' configs; all runs start again at step 0. */
  applyDrafts(): void {
    this.#timer = null;
    const { store } = this.session;
    const { fieldErrors, runs } = store.getState();
    if (Object.keys(fieldErrors).length > 0) return;
    const restart = this.session.hasSteps;
    const ids = runs.map(({ id }) => id);
    if (restart) this.session.undo.keep(t`The runs have started again`, ids);
    store.setState({ runs: runs.reduce<readonly RunView[]>(withDraftApplied, runs) });
    this.session.syncRuns();
    if (restart) this.session.reset(null);
  }

  discardDrafts(): void {
    const { store } = this.session;
    const runs = store.getState().runs.map((run) => ({ ...run, draft: null }));
    store.setState({ runs, fieldErrors: {} });
  }

  /** Whether every run can end at this step, as it is. */
  #canMake(steps: number): boolean {
    return this.session.store.getState().runs.every(({ id, config }) => {
      const made = (this.session.history(id).latest?.step ?? -1) + 1;
      const longer = applyPatch(config, { training: { steps } });
      return steps >= made && Object.keys(configErrors(longer)).length === 0;
    });
  }

  /** The runs go on with another end; what else waits goes on waiting. */
  #setSteps(steps: number): void {
    const { store } = this.session;
    for (const { id, config, pending } of store.getState().runs) {
      if (withPending(config, pending).training.steps === steps) continue;
      this.session.change(id, { kind: 'steps', steps });
    }
    const edited = store.getState().runs.map((run) => ({
      ...run,
      draft: run.draft && applyPatch(run.draft, { training: { steps } }),
    }));
    store.setState(checked(edited));
  }

  #applySoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.applyDrafts(), SETTLE_MS);
  }
}

/** The number of steps, where a patch has nothing else. */
function stepsAlone({ model, data, training = {} }: ConfigPatch): number | null {
  const { steps, ...others } = training;
  const isAlone = model === undefined && data === undefined && Object.keys(others).length === 0;
  return isAlone ? (steps ?? null) : null;
}

/** With a config whose shortcuts may be switched. */
function switched(run: RunView, config: RunConfig, runs: readonly RunView[]): RunView {
  if (run.isNamed) return { ...run, config };
  const others = runs.filter((other) => other !== run);
  return { ...run, config, name: nameAfterSwitch(run.name, config.model, others) };
}

/** A run whose network is edited gets a new name, unless a person gave it one. */
function withDraftApplied(runs: readonly RunView[], { id }: RunView): readonly RunView[] {
  return runs.map((run) => {
    const { config, draft } = run;
    if (run.id !== id || draft === null) return run;
    const others = runs
      .filter((other) => other.id !== id)
      .map((other) => ({ name: other.name, config: other.draft ?? other.config }));
    const isOther =
      networkName(draft.model) !== networkName(config.model) ||
      draft.training.seed !== config.training.seed;
    const name = isOther && !run.isNamed ? runName(draft, others) : run.name;
    return { ...run, name, config: parseRunConfig(draft), draft: null };
  });
}

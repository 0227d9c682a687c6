/**
 * Restores what a tab was doing before it was reloaded. Settings, selection and view return at once; the runs come from
 * the last checkpoint of this very tab, and train on if they were training. A checkpoint of another tab or an earlier
 * visit is only offered.
 */
import type { StoreApi } from 'zustand/vanilla';
import { type RunConfig, runConfigSchema } from '../model/config.ts';
import type { Command } from '../training/protocol.ts';
import { offered } from './experiments/state.ts';
import type { StateEvent } from './reduce.ts';
import { freshRun, type PageState, type RunView } from './state.ts';
import type { TabRun, TabState } from './tabState.ts';

/** The parts of the page's session that are needed. */
interface Page {
  readonly store: StoreApi<PageState>;
  send(command: Command): void;
  /** Replaces the runs with those of the offered checkpoint. */
  resume(): void;
  /** Tells the worker which runs there are. */
  syncRuns(): void;
}

export class ReloadRestore {
  /** @param before what the tab was doing; null: nothing to restore, or all is restored. */
  constructor(
    private readonly page: Page,
    private before: TabState | null,
  ) {}

  /** Before the worker is there: the runs' settings. */
  begin(): void {
    const { before } = this;
    if (before === null) return;
    const runs = before.runs.map((run, i) => restored(freshTabRun(run, i), run));
    const { view, linked, experiment } = before;
    this.page.store.setState({
      experiment: experiment === null ? null : offered(experiment.id, experiment.size),
      ...{ runs, view, linked, isDefaultPair: false, selected: runs[before.selected]?.id ?? null },
      reload: { kind: 'underWay' },
    });
  }

  /** Takes the next step that an event allows. @returns whether that deals with the event. */
  follow(event: StateEvent): boolean {
    const { before, page } = this;
    if (before === null) return false;
    switch (event.type) {
      case 'ready':
        if (before.lineage === null) this.settingsOnly(before);
        return true;
      case 'checkpointFound':
        if (event.offer !== null && event.offer.lineage === before.lineage) page.resume();
        else this.settingsOnly(before);
        return true;
      case 'resumed':
        this.resumed(before);
        return true;
      case 'checkpointFailed':
      case 'unsupported':
      case 'failed':
      case 'deviceLost':
        this.settingsOnly(before);
        return true;
      default:
        return false;
    }
  }

  private resumed(before: TabState): void {
    this.before = null;
    const { store } = this.page;
    store.setState(({ runs }) => {
      // A run may have been added or removed after the checkpoint was written.
      const all = before.runs.map((tabRun, i) => {
        const { name, colourIndex } = tabRun;
        const resumed = runs.find((run) => run.name === name && run.colourIndex === colourIndex);
        return restored(resumed ?? freshTabRun(tabRun, i), tabRun);
      });
      const selected = all[before.selected]?.id ?? all[0]?.id ?? null;
      return { runs: all, selected, reload: { kind: 'none' } };
    });
    this.page.syncRuns();
    const isOver = store.getState().runs.every(({ finished }) => finished);
    if (before.isTraining && !isOver) this.page.send({ type: 'train' });
  }

  private settingsOnly({ stepsDone }: TabState): void {
    this.before = null;
    this.page.store.setState({
      reload: stepsDone === 0 ? { kind: 'none' } : { kind: 'settingsOnly', stepsLost: stepsDone },
    });
    this.page.syncRuns();
  }
}

const freshTabRun = ({ colourIndex, name, config }: TabRun, i: number): RunView =>
  freshRun(`before-${i}`, colourIndex, name, config);

/** The run with what else the tab had stored of it. */
function restored(
  run: RunView,
  { isNamed, libraryId, draft, kernelCode, expectedSha256 }: TabRun,
): RunView {
  return { ...run, isNamed, libraryId, kernelCode, expectedSha256, draft: draftOf(draft) };
}

function draftOf(value: unknown): RunConfig | null {
  const draft = runConfigSchema.safeParse(value);
  return draft.success ? draft.data : null;
}

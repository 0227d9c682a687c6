/**
 * Restores what a tab was doing before it was reloaded, or before its worker crashed. Settings, selection, view and
 * experiment return at once; the runs come from the last checkpoint of this very tab, and train on if they were training.
 * A checkpoint of another tab or an earlier visit is only offered.
 */
import type { StoreApi } from 'zustand/vanilla';
import { type RunConfig, runConfigSchema } from '../model/config.ts';
import type { Command } from '../training/protocol/commands.ts';
import type { ExperimentState } from './experiments/state.ts';
import type { StateEvent } from './reduce.ts';
import { freshRun } from './runViews.ts';
import { areAllOver, newLibraryId, type PageState, type RunView } from './state.ts';
import type { TabRun, TabState } from './tabState.ts';

type Found = Extract<StateEvent, { type: 'checkpointFound' }>;

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
    const runs = before.runs.map(freshTabRun);
    const { view, linked, experiment } = before;
    this.page.store.setState(({ address }) => ({
      experiment: experiment === null ? null : experimentOf(experiment, runs),
      address: { ...address, networks: before.networks ?? address.networks },
      ...{ runs, view, linked, isDefaultPair: false, selected: runs[before.selected]?.id ?? null },
      reload: { kind: 'underWay' },
    }));
  }

  /** Takes the next step that an event allows. @returns whether that deals with the event. */
  follow(event: StateEvent): boolean {
    const { before, page } = this;
    if (before === null) return false;
    switch (event.type) {
      case 'ready':
        if (before.lineage === null) this.settingsOnly(before, null);
        return true;
      case 'checkpointFound':
        if (event.offer !== null && event.offer.lineage === before.lineage) page.resume();
        else this.settingsOnly(before, event.own);
        return true;
      case 'resumed':
        this.resumed(before, event);
        return true;
      case 'checkpointFailed':
      case 'unsupported':
      case 'failed':
      case 'deviceLost':
        this.settingsOnly(before, null);
        return true;
      default:
        return false;
    }
  }

  private resumed(before: TabState, event: Extract<StateEvent, { type: 'resumed' }>): void {
    this.before = null;
    const { store } = this.page;
    store.setState(({ runs, experiment }) => {
      const all = before.runs.map((tabRun, i) => {
        const resumed = runs.find((run) => isSameRun(run, tabRun));
        return resumed === undefined ? freshTabRun(tabRun, i) : restored(resumed, tabRun);
      });
      const selected = all[before.selected]?.id ?? all[0]?.id ?? null;
      const idNow = new Map(before.runs.map((_, i) => [idBefore(i), all[i]?.id ?? '']));
      const live = Object.entries(experiment?.live ?? {}).map(([arm, id]) => [
        arm,
        idNow.get(id) ?? id,
      ]);
      return {
        ...{ runs: all, selected },
        experiment: experiment === null ? null : { ...experiment, live: Object.fromEntries(live) },
      };
    });
    const { runs } = store.getState();
    const stepsOf = ({ id }: RunView) => event.runs.find((run) => run.id === id)?.step ?? 0;
    const from = Math.max(...runs.map(stepsOf));
    const reached = before.stepsDone;
    store.setState({
      reload: from < reached ? { kind: 'resumed', reached, from } : { kind: 'none' },
    });
    this.page.syncRuns();
    if (before.isTraining && !areAllOver(runs)) this.page.send({ type: 'train' });
  }

  private settingsOnly({ stepsDone, isTraining, lineage }: TabState, why: Found['own']): void {
    this.before = null;
    const { store } = this.page;
    const isNothingLost = stepsDone === 0 && lineage === null;
    if (isNothingLost) store.setState({ reload: { kind: 'none' } });
    else {
      store.setState(({ runs }) => ({
        reload: { kind: 'settingsOnly', stepsLost: stepsDone, why },
        // What they do now is another run to the library, and a copy of this tab may go on with the one before.
        runs: runs.map((run) => ({ ...run, libraryId: newLibraryId(), storedStep: null })),
      }));
    }
    this.page.syncRuns();
    if (isNothingLost && isTraining) this.page.send({ type: 'train' });
  }
}

const idBefore = (i: number): string => `before-${i}`;

const freshTabRun = (tabRun: TabRun, i: number): RunView => {
  const { colourIndex, name, config } = tabRun;
  return restored(freshRun(idBefore(i), colourIndex, name, config), tabRun);
};

/**
 * Whether a run of the checkpoint is the tab's and has not been restarted since. Checkpoints of earlier versions can only
 * tell by name and colour.
 */
function isSameRun({ startId, name, colourIndex }: RunView, tabRun: TabRun): boolean {
  if (startId !== null) return startId === tabRun.startId;
  return name === tabRun.name && colourIndex === tabRun.colourIndex;
}

/** The run with what else the tab had stored of it. */
function restored(run: RunView, { config: _, startId: __, draft, ...stored }: TabRun): RunView {
  return { ...run, ...stored, draft: draftOf(draft) };
}

/** The experiment as it stood; `runs` have the order that they had in the tab. */
function experimentOf(
  { live, ...experiment }: NonNullable<TabState['experiment']>,
  runs: readonly RunView[],
): ExperimentState {
  const ids = Object.entries(live).map(([arm, i]) => [arm, runs[i]?.id ?? '']);
  return { ...experiment, live: Object.fromEntries(ids), results: {} };
}

function draftOf(value: unknown): RunConfig | null {
  const draft = runConfigSchema.safeParse(value);
  return draft.success ? draft.data : null;
}

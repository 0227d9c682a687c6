/**
 * Brings back what a tab was doing before it was reloaded. Settings, selection and view are there at once; the runs
 * themselves come out of the checkpoint that this very tab kept last, and train on if they were training. A checkpoint
 * of another tab or an earlier visit is offered instead, as ever.
 */
import { type RunConfig, runConfigSchema } from '../model/config.ts';
import { offered } from './experiments/state.ts';
import type { PageSession } from './pageSession.ts';
import type { StateEvent } from './reduce.ts';
import { freshRun, type RunView } from './state.ts';
import type { TabState } from './tabState.ts';

export class ReloadRestore {
  /** @param mark null: there is nothing to come back to. */
  constructor(
    private readonly session: PageSession,
    private mark: TabState | null,
  ) {}

  /** Before the worker is there: the runs' settings. */
  begin(): void {
    const { mark } = this;
    if (mark === null) return;
    const runs = mark.runs.map((noted, i) =>
      labelled(freshRun(`before-${i}`, noted.colourIndex, noted.name, noted.config), noted),
    );
    const { view, linked, experiment } = mark;
    this.session.store.setState({
      experiment: experiment === null ? null : offered(experiment.id, experiment.size),
      ...{ runs, view, linked, isDefaultPair: false, selected: runs[mark.selected]?.id ?? null },
      return: { kind: 'underWay' },
    });
  }

  /** Goes on with what an event allows. @returns whether the event has thereby been dealt with. */
  follow(event: StateEvent): boolean {
    const { mark, session } = this;
    if (mark === null) return false;
    switch (event.type) {
      case 'ready':
        if (mark.lineage === null) this.settingsOnly(mark);
        return true;
      case 'checkpointFound':
        if (event.offer !== null && event.offer.lineage === mark.lineage) session.resume(null);
        else this.settingsOnly(mark);
        return true;
      case 'resumed':
        this.resumed(mark);
        return true;
      case 'checkpointFailed':
      case 'unsupported':
      case 'failed':
      case 'deviceLost':
        this.settingsOnly(mark);
        return true;
      default:
        return false;
    }
  }

  private resumed(mark: TabState): void {
    this.mark = null;
    const { store } = this.session;
    store.setState(({ runs }) => {
      // A run may have been added or removed after the checkpoint was kept.
      const back = mark.runs.map((noted, i) => {
        const { name, colourIndex, config } = noted;
        const there = runs.find((run) => run.name === name && run.colourIndex === colourIndex);
        return labelled(there ?? freshRun(`before-${i}`, colourIndex, name, config), noted);
      });
      const selected = back[mark.selected]?.id ?? back[0]?.id ?? null;
      return { runs: back, selected, return: { kind: 'none' } };
    });
    this.session.syncRuns();
    const isOver = store.getState().runs.every(({ finished }) => finished);
    if (mark.isTraining && !isOver) this.session.send({ type: 'train' });
  }

  private settingsOnly({ stepsDone }: TabState): void {
    this.mark = null;
    this.session.store.setState({
      return: stepsDone === 0 ? { kind: 'none' } : { kind: 'settingsOnly', stepsLost: stepsDone },
    });
    this.session.syncRuns();
  }
}

/** The run with what else was noted of it. */
function labelled(run: RunView, noted: TabState['runs'][number]): RunView {
  const { isNamed, libraryId, draft, kernelCode } = noted;
  return { ...run, isNamed, libraryId, kernelCode, draft: draftOf(draft) };
}

function draftOf(value: unknown): RunConfig | null {
  const draft = runConfigSchema.safeParse(value);
  return draft.success ? draft.data : null;
}

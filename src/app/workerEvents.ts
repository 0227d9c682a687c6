/**
 * What the worker's events mean for the page: measurements go to `LiveHistories`, files are saved, everything else goes
 * through `reduce` into the store, and some of it is followed by a further command.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { RunConfig } from '../model/config.ts';
import { tell } from '../storage/troubles.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { AutoSave } from './autoSave.ts';
import { defaultPair } from './defaultPair.ts';
import type { LiveHistories } from './liveHistories.ts';
import type { Queries } from './queries.ts';
import { reduce, type StateEvent } from './reduce.ts';
import type { Restarts } from './restarts.ts';
import type { SentRuns } from './sentRuns.ts';
import type { SessionOptions } from './sessionOptions.ts';
import type { PageState, RunView } from './state.ts';
import type { Undo } from './undo.ts';

/** The parts of the page's session that events reach. */
interface Page {
  readonly store: StoreApi<PageState>;
  readonly histories: LiveHistories;
  readonly queries: Queries;
  readonly autoSave: AutoSave;
  readonly undo: Undo;
  readonly restarts: Restarts;
  readonly sent: SentRuns;
  readonly saveFile: SessionOptions['saveFile'];
  /** Follows what is restored after a reload. @returns whether the event belongs to that, and means nothing else. */
  isOfRestore(event: StateEvent): boolean;
  /** Tells the worker what the page calls a run. */
  tellLabel(id: RunId): void;
  /** Tells the worker which runs there are, where it was told of others. */
  syncRuns(): void;
  /** Tells the worker which runs are shown, whatever it was told before. */
  tellShown(): void;
  /** Shows these runs, the first of the visit. */
  openWith(configs: readonly RunConfig[]): void;
}

export class WorkerEvents {
  constructor(private readonly page: Page) {}

  receive(event: TrainingEvent): void {
    const { store, histories, undo, restarts, sent, saveFile } = this.page;
    if (restarts.isVoid(event)) return;
    switch (event.type) {
      case 'metrics':
        histories.replay(event);
        return;
      case 'weights':
      case 'checkpointFile': {
        const { fileName, bytes } = event;
        saveFile(fileName, 'application/octet-stream', bytes);
        if (event.type === 'weights') {
          store.setState({
            exported: { id: event.id, fileName, bytes: bytes.byteLength },
          });
        }
        return;
      }
      case 'storageTrouble':
        tell(event.trouble);
        return;
      case 'undone':
        if (event.whyNot !== null) sent.revise();
        if (undo.follow(event)) this.page.tellShown();
        return;
      default:
        this.#replay(event);
        this.#reduce(event);
        this.#followUp(event);
    }
  }

  #reduce(event: StateEvent): void {
    const { store } = this.page;
    const { runs: before } = store.getState();
    store.setState((state) => reduce(state, event), true);
    if (event.type !== 'changed') return;
    const nameIn = (runs: readonly RunView[]) => runs.find(({ id }) => id === event.id)?.name;
    // Checkpoints have the name, too.
    if (nameIn(before) !== nameIn(store.getState().runs)) this.page.tellLabel(event.id);
  }

  #replay(event: StateEvent): void {
    const { histories, undo, sent } = this.page;
    if (event.type === 'revived') sent.set(event.run.id, event.run.config);
    if (event.type === 'resumed') {
      undo.forget();
      sent.revise();
      sent.replace(event.runs);
    }
    if (event.type === 'changed') sent.set(event.id, event.config);
    histories.replay(event);
  }

  #followUp(event: StateEvent): void {
    const { store, histories, queries, autoSave, undo, sent } = this.page;
    const { runs, isDefaultPair } = store.getState();
    if (this.page.isOfRestore(event)) return;
    if (event.type === 'ready') {
      if (isDefaultPair && !histories.hasSteps)
        this.page.openWith(defaultPair(event.gflops, event.adapter.isSoftware));
      else this.page.syncRuns();
    }
    // The builder works without a device, too.
    if (event.type === 'unsupported' && runs.length === 0) this.page.openWith(defaultPair(0, true));
    if (event.type === 'failed' && undo.follow(event)) this.page.tellShown();
    if (event.type === 'restored') sent.set(event.id, event.config);
    if (event.type === 'refused') sent.replace(store.getState().runs);
    autoSave.afterEvent(event);
    if (event.type === 'evaluated' && event.id === runs.at(-1)?.id) queries.predict();
    if (event.type === 'state' && event.state === 'paused') {
      histories.flush();
      queries.predict();
    }
  }
}

/** What the page asks about its runs while they train or rest. Answers come as events, and from there into the store. */
import type { StoreApi } from 'zustand/vanilla';
import type { Command } from '../training/protocol/commands.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { Study } from '../training/studies/study.ts';
import type { ExportChoice } from '../weights/formats/registry.ts';
import type { PageState } from './state.ts';
import { begun, cancelled } from './studies.ts';

/** Sample images shown at a time. */
const SAMPLES = 8;

export class Queries {
  #nextStudy = 1;
  #firstSample = 0;

  constructor(
    private readonly store: StoreApi<PageState>,
    private readonly send: (command: Command) => void,
  ) {}

  /** Class probabilities of the sample images. @param turn pages on to the next ones. */
  predict(turn = false): void {
    const images = this.store.getState().data?.progress.testImages ?? 0;
    if (images === 0) return;
    if (turn) this.#firstSample = (this.#firstSample + SAMPLES) % images;
    const count = Math.min(SAMPLES, images);
    const indices = Array.from({ length: count }, (_, i) => (this.#firstSample + i) % images);
    this.send({ type: 'predict', images: indices });
  }

  /** Times the kernels of a run's step. */
  profile(id: RunId): void {
    const run = this.store.getState().runs.find((candidate) => candidate.id === id);
    if (run === undefined) return;
    this.store.setState({ kernelTimes: { id, runName: run.name, outcome: null } });
    this.send({ type: 'profile', id });
  }

  /**
   * Studies a network during training; replaces an earlier study with that key. `state.studies[key]` holds its results.
   * @param expectedMs of work at the pace of opening; 0: not estimated.
   */
  study(key: string, study: Study, expectedMs = 0): void {
    this.cancelStudy(key);
    const request = `study ${this.#nextStudy++}`;
    this.store.setState(({ studies, runs, engine }) => {
      const { of } = study;
      const startId = 'run' in of ? runs.find(({ id }) => id === of.run)?.startId : null;
      const expected = expectedMs > 0 ? { ms: expectedMs, engine: engine?.id ?? null } : null;
      const state = begun(request, study, performance.now(), startId ?? null, expected);
      return { studies: { ...studies, [key]: state } };
    });
    this.send({ type: 'study', key: request, study });
  }

  /** What it had found stays. */
  cancelStudy(key: string): void {
    const state = this.store.getState().studies[key];
    if (state?.status !== 'running') return;
    this.store.setState(({ studies }) => ({ studies: { ...studies, [key]: cancelled(state) } }));
    this.send({ type: 'cancelStudy', key: state.request });
  }

  /** Saves a run's network as a file. */
  exportNetwork(id: RunId, choice: ExportChoice): void {
    this.store.setState({ exported: null });
    this.send({ type: 'exportWeights', id, choice });
  }

  /** Saves all runs as one file from which to resume. */
  exportCheckpoint(): void {
    this.send({ type: 'exportCheckpoint' });
  }
}

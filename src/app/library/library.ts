/**
 * The stored runs as the page handles them. What a person does takes effect in the page's state first and is stored
 * afterwards; where that fails, the reason is shown.
 */
import { RunHistory } from '../../training/history.ts';
import { MAX_RUNS } from '../../training/protocol.ts';
import type { NamedTensor } from '../../training/runIdentity.ts';
import type { ExportChoice } from '../../weights/formats/registry.ts';
import type { RunSaver } from '../autoSave.ts';
import type { PageSession } from '../pageSession.ts';
import type { Publication } from '../publish/publication.ts';
import { freeColourIndex, type LibraryState, type UnsavedRun } from '../state.ts';
import { createLibraryClient, type LibraryClient } from './client.ts';
import type { RunSource, SavedFile } from './libraryService.ts';
import type { RunToStore, StoredRun, StoredRunPatch } from './storedRun.ts';
import { baselineConfig, storedRunTitle } from './titles.ts';

/** Stored runs drawn beside the live ones: as many as there are colours left. */
export const MAX_PINNED = 4;

const buffersOf = (source: RunSource): ArrayBuffer[] =>
  source.kind === 'file' ? [source.file] : [];

type FileSaver = (name: string, type: string, content: ArrayBuffer | string) => void;

export class Library implements RunSaver {
  /** Runs whose curves are being read. */
  private readonly fetching = new Set<string>();

  /** @param client instead of the real one, in tests. */
  constructor(
    readonly session: PageSession,
    private readonly saveFile: FileSaver,
    private readonly client: LibraryClient = createLibraryClient(() => void this.refresh()),
  ) {
    session.store.subscribe((state, before) => {
      if (state.library !== before.library || state.runs !== before.runs) this.nameDrawn();
    });
  }

  get state(): LibraryState {
    return this.session.store.getState().library;
  }

  run(id: string): StoredRun | undefined {
    return this.state.runs?.find((run) => run.id === id);
  }

  /** Reads the list again, and the curves of what is pinned. */
  async refresh(): Promise<void> {
    try {
      const { runs, damaged, baseline } = await this.client.call('list');
      this.set({ runs, damaged, baseline, failure: null });
      await this.fetchPinned();
    } catch (error) {
      this.set({ runs: this.state.runs ?? [], failure: this.reason('read the kept runs', error) });
    }
  }

  async save(about: RunToStore, title: string, file: ArrayBuffer): Promise<void> {
    try {
      const stored = await this.client.call('save', { about, file }, [file]);
      if ('file' in stored) {
        this.set({ unsaved: [...this.state.unsaved, { about, title, ...stored }] });
        return;
      }
      const others = (this.state.runs ?? []).filter(({ id }) => id !== stored.id);
      this.set({ runs: [stored, ...others] });
      this.forgetCurves(stored.id);
      await this.fetchPinned();
    } catch (error) {
      this.set({ failure: this.reason(`keep ${title}`, error) });
    }
  }

  /** Tries again, for example after something was deleted. */
  async saveAgain(run: UnsavedRun): Promise<void> {
    this.dismissUnsaved(run);
    await this.save(run.about, run.title, run.file);
  }

  /** As a checkpoint file, which the page opens. */
  saveUnsavedFile(run: UnsavedRun): void {
    const name = `${run.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.checkpoint.safetensors`;
    this.saveFile(name, 'application/octet-stream', run.file);
  }

  dismissUnsaved(run: UnsavedRun): void {
    this.set({ unsaved: this.state.unsaved.filter((other) => other !== run) });
  }

  /** @param name null: after its network again. */
  async rename(id: string, name: string | null): Promise<void> {
    await this.update([id], { name });
  }

  async recolour(id: string, colourIndex: number): Promise<void> {
    await this.update([id], { colourIndex });
  }

  /** Draws a stored run's curves beside the others, or stops doing so. Four at most. */
  async pin(id: string, isPinned: boolean): Promise<void> {
    const run = this.run(id);
    const pinned = this.pinned.filter((other) => other.id !== id);
    if (run === undefined || (isPinned && pinned.length >= MAX_PINNED)) return;
    const taken = [...pinned, ...this.session.store.getState().runs];
    const isTaken = taken.some(({ colourIndex }) => colourIndex === run.colourIndex);
    await this.update(
      [id],
      isTaken && isPinned ? { isPinned, colourIndex: freeColourIndex(taken) } : { isPinned },
    );
    if (!isPinned) this.forgetCurves(id);
    await this.fetchPinned();
  }

  /** @param id under which the run is stored, or would be; null: none. */
  async setBaseline(id: string | null): Promise<void> {
    this.set({ baseline: id });
    await this.trying('keep the baseline', () => this.client.call('setBaseline', id));
  }

  /** Takes runs out of the library; `undo` brings the last ones back. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.forgetDeleted();
    const isGone = ({ id }: StoredRun) => ids.includes(id);
    const { runs } = this.state;
    const deleted = runs?.filter(isGone) ?? [];
    this.set({ deleted, runs: runs?.filter((run) => !isGone(run)) ?? null });
    await this.trying('delete', () =>
      this.client.call('update', {
        ids: deleted.map(({ id }) => id),
        patch: { deletedAtMs: Date.now() },
      }),
    );
  }

  async undo(): Promise<void> {
    const { deleted, runs } = this.state;
    const back = [...(runs ?? []), ...deleted].sort((a, b) => b.keptAtMs - a.keptAtMs);
    this.set({ deleted: [], runs: back });
    await this.trying('bring back', () =>
      this.client.call('update', {
        ids: deleted.map(({ id }) => id),
        patch: { deletedAtMs: null },
      }),
    );
    await this.fetchPinned();
  }

  /** Deletes for good what was deleted last. */
  async forgetDeleted(): Promise<void> {
    const { deleted } = this.state;
    if (deleted.length === 0) return;
    this.set({ deleted: [] });
    for (const { id } of deleted) this.forgetCurves(id);
    await this.trying('delete', () => {
      const ids = deleted.map(({ id }) => id);
      return this.client.call('remove', ids);
    });
  }

  /** Deletes runs whose records can't be read. */
  async removeDamaged(): Promise<void> {
    const ids = this.state.damaged.map(({ id }) => id);
    this.set({ damaged: [] });
    await this.trying('delete', () => this.client.call('remove', ids));
  }

  /** A live run with the same config. @returns whether there was room. */
  duplicate(config: StoredRun['config']): boolean {
    this.session.store.setState({ isDefaultPair: false });
    return this.session.addRun(config) !== null;
  }

  /** A live run with the same config that starts from the stored run's weights. */
  async trainOn({ id, config }: StoredRun, title: string): Promise<void> {
    if (this.session.store.getState().runs.length >= MAX_RUNS) return;
    await this.trying(`read the weights of ${title}`, async () => {
      const tensors = await this.client.call('tensors', id);
      this.session.store.setState({ isDefaultPair: false });
      const runId = this.session.addRun(config);
      if (runId !== null) this.session.loadWeights(runId, title, tensors);
    });
  }

  /** Parameters and running statistics, for studies. Rejects where they can't be read. */
  tensors(id: string): Promise<readonly NamedTensor[]> {
    return this.client.call('tensors', id);
  }

  async saveWeights(id: string, choice: ExportChoice): Promise<void> {
    await this.trying('save the weights', async () => {
      const { fileName, bytes } = await this.client.call('weights', { id, choice });
      this.saveFile(fileName, 'application/octet-stream', bytes);
    });
  }

  async saveCheckpoint(id: string): Promise<void> {
    await this.trying('save the checkpoint', async () => {
      const { fileName, bytes } = await this.client.call('checkpoint', id);
      this.saveFile(fileName, 'application/octet-stream', bytes);
    });
  }

  /** Trains a stored run again and compares the weights. */
  verify({ id }: StoredRun, title: string): void {
    const file = async () => (await this.client.call('checkpoint', id)).bytes;
    void this.session.verifier.start({ id, title }, file);
  }

  /** @param id of a stored run or a live one. */
  async saveJson(id: string): Promise<void> {
    await this.trying('save the run', async () => {
      const json = await this.json(id);
      if (json !== null) this.saveFile(json.fileName, 'application/json', json.bytes);
    });
  }

  /** A stored run or a live one as JSON; null where it has made no step. Rejects where it can't be read. */
  async json(id: string): Promise<SavedFile | null> {
    const source = await this.sourceOf(id);
    return source === null ? null : this.client.call('json', source, buffersOf(source));
  }

  /** What of a run goes to the Hugging Face hub; null where it has made no step. Rejects where it can't be read. */
  async publication(id: string, title: string): Promise<Publication | null> {
    const source = await this.sourceOf(id);
    if (source === null) return null;
    return this.client.call('publication', { source, title }, buffersOf(source));
  }

  /** A stored run or a live one, as of now. */
  private async sourceOf(id: string): Promise<RunSource | null> {
    const { runs, engine } = this.session.store.getState();
    const run = runs.find((live) => live.id === id);
    if (run === undefined) return { kind: 'stored', id };
    const file = await this.session.runFile(id);
    if (file === null) return null;
    const name = run.isNamed ? run.name : null;
    return { kind: 'file', file, about: { id: run.libraryId, name, engine: engine?.id ?? null } };
  }

  private get pinned(): StoredRun[] {
    return this.state.runs?.filter(({ isPinned }) => isPinned) ?? [];
  }

  private async update(ids: readonly string[], patch: StoredRunPatch): Promise<void> {
    const runs = this.state.runs?.map((run) => (ids.includes(run.id) ? { ...run, ...patch } : run));
    this.set({ runs: runs ?? null });
    await this.trying('keep the change', () => this.client.call('update', { ids, patch }));
  }

  /** Reads one after the other, so that the page has no long task. */
  private async fetchPinned(): Promise<void> {
    for (const { id } of this.pinned) {
      if (this.session.histories.stored.has(id) || this.fetching.has(id)) continue;
      this.fetching.add(id);
      await this.trying('read the curves of a pinned run', async () => {
        const { history, ...names } = await this.client.call('history', id);
        this.session.histories.stored.set(id, RunHistory.from(names, history));
        this.nameDrawn();
        this.session.histories.flush();
      });
      this.fetching.delete(id);
    }
  }

  private forgetCurves(id: string): void {
    this.session.histories.stored.delete(id);
    this.nameDrawn();
  }

  /** Pinned runs whose curves are here are drawn, under names that tell them from the baseline. */
  private nameDrawn(): void {
    const { runs: live, library } = this.session.store.getState();
    const { runs, baseline, drawn } = library;
    const base = baselineConfig(baseline, live, runs ?? []);
    const now = this.pinned
      .filter(({ id }) => this.session.histories.stored.has(id))
      .map((run) => ({ id: run.id, title: storedRunTitle(run, base) }));
    const isSame =
      now.length === drawn.length &&
      now.every(({ id, title }, i) => drawn[i]?.id === id && drawn[i]?.title === title);
    if (!isSame) this.set({ drawn: now });
  }

  private async trying(task: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.set({ failure: this.reason(task, error) });
    }
  }

  private reason(task: string, error: unknown): string {
    const reason = error instanceof Error ? error.message : String(error);
    return `This browser could not ${task}: ${reason}.`;
  }

  private set(change: Partial<LibraryState>): void {
    this.session.store.setState(({ library }) => ({ library: { ...library, ...change } }));
  }
}

/**
 * The stored runs as the page handles them. What a person does takes effect in the page's state first and is stored
 * afterwards; where that fails, the reason is shown.
 */
import { RunHistory } from '../../training/history.ts';
import { MAX_RUNS } from '../../training/protocol/commands.ts';
import type { NamedTensor } from '../../training/runIdentity.ts';
import type { ExportChoice } from '../../weights/formats/registry.ts';
import type { RunSaver } from '../autoSave.ts';
import type { PageSession } from '../pageSession.ts';
import type { Publication } from '../publish/publication.ts';
import { freeColourIndex } from '../runViews.ts';
import type { LibraryState, UnkeptRun } from '../state.ts';
import { createLibraryClient, type LibraryClient } from './client.ts';
import type { RunSource, SavedFile } from './libraryService.ts';
import type { Deletion, RunToStore, StoredRun, StoredRunPatch } from './storedRun.ts';
import { chosenBaseline, drawnRunTitle } from './titles.ts';
import { t } from '../../text/t.ts';

/** Stored runs drawn beside the live ones: as many as there are colours left. */
export const MAX_PINNED = 4;

type FileSaver = (name: string, type: string, content: ArrayBuffer | string) => void;

export class Library implements RunSaver {
  /** Runs whose curves are being read. */
  private readonly fetching = new Set<string>();
  /** Changes that this page has begun, and those under way: a list read before them is out of date. */
  private changes = 0;
  private underWay = 0;

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
    const { changes } = this;
    try {
      const { runs, damaged, newer, baseline } = await this.client.call('list');
      // What this page has changed meanwhile is read again when it is done.
      if (changes !== this.changes || this.underWay > 0) return;
      const deleted = this.state.deleted.filter(({ id }) => !runs.some((run) => run.id === id));
      this.set({ runs: this.withUnkept(runs), damaged, newer, baseline, deleted });
      await this.fetchPinned();
    } catch (error) {
      this.set({ runs: this.state.runs ?? [], failure: this.reason(t`read the kept runs`, error) });
    }
  }

  /** Takes a run's file over. Where the browser does not store it, it stays in the page's memory. */
  async save(about: RunToStore, title: string, file: ArrayBuffer): Promise<boolean> {
    await this.changing(t`keep ${title}`, async () => {
      const unkept = { about, title, file };
      try {
        // The file is copied, not handed over: it must not be lost with the worker.
        const saved = await this.client.call('save', { kind: 'file', about, file });
        const run = 'failure' in saved ? this.asBefore(saved.run) : saved;
        this.setUnkept(about.id, run === saved ? null : { ...unkept, run });
        const others = (this.state.runs ?? []).filter(({ id }) => id !== run.id);
        const deleted = this.state.deleted.filter(({ id }) => id !== run.id);
        this.set({ runs: [run, ...others], deleted });
        this.forgetCurves(run.id);
      } catch (error) {
        this.setUnkept(about.id, { ...unkept, run: null });
        throw error;
      }
    });
    return !this.isUnkept(about.id);
  }

  /** Tries again, for example after something was deleted. */
  async saveUnkept(): Promise<void> {
    for (const { about, title, file, run } of this.state.unkept) {
      await this.save(about, title, file);
      if (run === null || this.isUnkept(run.id)) continue;
      const { name, colourIndex, isPinned } = run;
      await this.update([run.id], { name, colourIndex, isPinned });
    }
  }

  /** As a checkpoint file, which the page opens. */
  saveUnkeptFile({ title, file, run }: UnkeptRun): void {
    const called = /[\p{L}\p{N}]/u.test(title) ? title : (run?.network ?? 'run');
    const start = called.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
    this.saveFile(`${start}.checkpoint.safetensors`, 'application/octet-stream', file);
  }

  dismissUnkept(): void {
    this.set({ isUnkeptDismissed: true });
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
    await this.changing(t`keep the baseline`, () => this.client.call('setBaseline', id));
  }

  /** Takes runs out of the library; `undo` brings the last ones back. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.forgetDeleted();
    const isGone = ({ id }: StoredRun) => ids.includes(id);
    const gone = this.state.runs?.filter(isGone) ?? [];
    // Until the library says when it deleted them, they can't be brought back.
    this.set({ runs: this.state.runs?.filter((run) => !isGone(run)) ?? null });
    await this.changing(t`delete`, async () => {
      const kept = gone.filter(({ id }) => !this.isUnkept(id)).map(({ id }) => id);
      const deletions = kept.length === 0 ? [] : await this.client.call('delete', kept);
      const deleted = gone.flatMap((run) => {
        if (this.isUnkept(run.id)) return [{ ...run, deletedAtMs: Date.now() }];
        const deletion = deletions.find(({ id }) => id === run.id);
        return deletion === undefined ? [] : [{ ...run, ...deletion }];
      });
      this.set({ deleted });
    });
  }

  async undo(): Promise<void> {
    const { deleted } = this.state;
    this.set({ deleted: [] });
    await this.changing(t`bring back`, async () => {
      const kept = deletionsOf(deleted.filter(({ id }) => !this.isUnkept(id)));
      const gone = kept.length === 0 ? [] : await this.client.call('undelete', kept);
      const back = deleted.filter(({ id }) => !gone.includes(id));
      const others = (this.state.runs ?? []).filter(({ id }) => !back.some((run) => run.id === id));
      const undeleted = back.map((run) => ({ ...run, deletedAtMs: null }));
      const runs = [...others, ...undeleted].sort((a, b) => b.keptAtMs - a.keptAtMs);
      this.set({ runs });
      if (gone.length > 0) {
        this.set({
          failure:
            gone.length === 1
              ? t`One of the runs is gone: another tab has deleted them for good.`
              : t`${gone.length} of the runs are gone: another tab has deleted them for good.`,
        });
      }
    });
  }

  /** Deletes for good what was deleted last. */
  async forgetDeleted(): Promise<void> {
    const { deleted } = this.state;
    if (deleted.length === 0) return;
    this.set({ deleted: [] });
    for (const { id } of deleted) this.forgetCurves(id);
    const kept = deletionsOf(deleted.filter(({ id }) => !this.isUnkept(id)));
    for (const { id } of deleted) this.setUnkept(id, null);
    if (kept.length > 0) await this.changing(t`delete`, () => this.client.call('purge', kept));
  }

  /** Deletes runs whose records can't be read. */
  async removeDamaged(): Promise<void> {
    const ids = this.state.damaged.map(({ id }) => id);
    this.set({ damaged: [] });
    await this.changing(t`delete`, () => this.client.call('removeDamaged', ids));
  }

  /** A live run with the same config. @returns whether there was room. */
  duplicate(config: StoredRun['config']): boolean {
    this.session.store.setState({ isDefaultPair: false });
    return this.session.addRun(config) !== null;
  }

  /** A live run with the same config that starts from the stored run's weights. */
  async trainOn({ id, name, network, config }: StoredRun, title: string): Promise<void> {
    if (this.session.store.getState().runs.length >= MAX_RUNS) return;
    await this.trying(t`read the weights of ${title}`, async () => {
      const tensors = await this.client.call('tensors', this.storedSource(id));
      this.session.store.setState({ isDefaultPair: false });
      const runId = this.session.addRun(config);
      if (runId !== null) this.session.loadWeights(runId, name ?? network, tensors);
    });
  }

  /** Parameters and running statistics, for studies. Rejects where they can't be read. */
  tensors(id: string): Promise<readonly NamedTensor[]> {
    return this.client.call('tensors', this.storedSource(id));
  }

  async saveWeights(id: string, choice: ExportChoice): Promise<void> {
    await this.trying(t`save the weights`, async () => {
      const { fileName, bytes } = await this.client.call('weights', {
        source: this.storedSource(id),
        choice,
      });
      this.saveFile(fileName, 'application/octet-stream', bytes);
    });
  }

  async saveCheckpoint(id: string): Promise<void> {
    await this.trying(t`save the checkpoint`, async () => {
      const { fileName, bytes } = await this.client.call('checkpoint', this.storedSource(id));
      this.saveFile(fileName, 'application/octet-stream', bytes);
    });
  }

  /** Trains a stored run again and compares the weights. */
  verify({ id }: StoredRun, title: string): void {
    const file = async () => (await this.client.call('checkpoint', this.storedSource(id))).bytes;
    void this.session.verifier.start({ id, title }, file);
  }

  /** @param id of a stored run or a live one. */
  async saveJson(id: string): Promise<void> {
    await this.trying(t`save the run`, async () => {
      const json = await this.json(id);
      if (json !== null) this.saveFile(json.fileName, 'application/json', json.bytes);
    });
  }

  /** A stored run or a live one as JSON; null where it has made no step. Rejects where it can't be read. */
  async json(id: string): Promise<SavedFile | null> {
    const source = await this.sourceOf(id);
    return source === null ? null : this.client.call('json', source);
  }

  /** What of a run goes to the Hugging Face hub; null where it has made no step. Rejects where it can't be read. */
  async publication(id: string, title: string): Promise<Publication | null> {
    const source = await this.sourceOf(id);
    if (source === null) return null;
    return this.client.call('publication', { source, title });
  }

  /** A stored run or a live one, as of now. */
  private async sourceOf(id: string): Promise<RunSource | null> {
    const { runs, engine } = this.session.store.getState();
    const run = runs.find((live) => live.id === id);
    if (run === undefined) return this.storedSource(id);
    const file = await this.session.runFile(id);
    if (file === null) return null;
    const name = run.isNamed ? run.name : null;
    return { kind: 'file', file, about: { id: run.libraryId, name, engine: engine?.id ?? null } };
  }

  /** A run of the list, wherever it lies. */
  private storedSource(id: string): RunSource {
    const unkept = this.state.unkept.find(({ about }) => about.id === id);
    if (unkept === undefined) return { kind: 'stored', id };
    const { about, file, run } = unkept;
    return { kind: 'file', file, about: { ...about, name: run?.name ?? about.name } };
  }

  private isUnkept(id: string): boolean {
    return this.state.unkept.some(({ about }) => about.id === id);
  }

  /** With the name and the pin that a person gave the run before it did as much. */
  private asBefore(run: StoredRun): StoredRun {
    const before = this.run(run.id);
    return { ...run, name: run.name ?? before?.name ?? null, isPinned: before?.isPinned ?? false };
  }

  /** @param run null: it is kept, or gone. */
  private setUnkept(id: string, run: UnkeptRun | null): void {
    const others = this.state.unkept.filter(({ about }) => about.id !== id);
    if (run === null && others.length === this.state.unkept.length) return;
    this.set({ unkept: run === null ? others : [...others, run] });
  }

  /** The list with the runs in the page's memory, in place of what is stored under their ids. */
  private withUnkept(stored: readonly StoredRun[]): StoredRun[] {
    const { unkept, deleted } = this.state;
    const here = unkept.flatMap(({ run }) => run ?? []);
    const shown = here.filter(({ id }) => !deleted.some((gone) => gone.id === id));
    const others = stored.filter(({ id }) => !here.some((run) => run.id === id));
    return [...shown, ...others].sort((a, b) => b.keptAtMs - a.keptAtMs);
  }

  private get pinned(): StoredRun[] {
    return this.state.runs?.filter(({ isPinned }) => isPinned) ?? [];
  }

  private async update(ids: readonly string[], patch: StoredRunPatch): Promise<void> {
    const patched = (run: StoredRun) => (ids.includes(run.id) ? { ...run, ...patch } : run);
    this.set({
      runs: this.state.runs?.map(patched) ?? null,
      unkept: this.state.unkept.map((unkept) => ({
        ...unkept,
        run: unkept.run === null ? null : patched(unkept.run),
      })),
    });
    const kept = ids.filter((id) => !this.isUnkept(id));
    if (kept.length === 0) return;
    await this.changing(t`keep the change`, () => this.client.call('update', { ids: kept, patch }));
  }

  /** Reads one after the other, so that the page has no long task. */
  private async fetchPinned(): Promise<void> {
    for (const { id } of this.pinned) {
      if (this.session.histories.stored.has(id) || this.fetching.has(id)) continue;
      this.fetching.add(id);
      await this.trying(t`read the curves of a pinned run`, async () => {
        const { history, ...names } = await this.client.call('history', this.storedSource(id));
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

  /** Pinned runs whose curves are here are drawn. */
  private nameDrawn(): void {
    const { runs: live, library } = this.session.store.getState();
    const { runs, baseline, drawn } = library;
    const base = chosenBaseline(baseline, live, runs ?? []);
    const now = this.pinned
      .filter(({ id }) => this.session.histories.stored.has(id))
      .map((run) => ({ id: run.id, title: drawnRunTitle(run, base) }));
    const isSame =
      now.length === drawn.length &&
      now.every(({ id, title }, i) => drawn[i]?.id === id && drawn[i]?.title === title);
    if (!isSame) this.set({ drawn: now });
  }

  private async trying(task: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.set({ failure: this.reason(task, error) });
    }
  }

  /** Does what changes the library, whose list is read again at the end. */
  private async changing(task: string, work: () => Promise<unknown>): Promise<void> {
    this.changes++;
    this.underWay++;
    await this.trying(task, work);
    this.underWay--;
    if (this.underWay === 0) await this.refresh();
  }

  private reason(task: string, error: unknown): string {
    const reason = error instanceof Error ? error.message : String(error);
    return t`This browser could not ${task}: ${reason}.`;
  }

  private set(change: Partial<LibraryState>): void {
    this.session.store.setState(({ library }) => ({ library: { ...library, ...change } }));
  }
}

const deletionsOf = (runs: readonly StoredRun[]): Deletion[] =>
  runs.flatMap(({ id, deletedAtMs }) => (deletedAtMs === null ? [] : [{ id, deletedAtMs }]));

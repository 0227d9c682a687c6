/** The library as the page handles it, with its worker's service called directly. */
import { beforeEach, expect, it } from 'vitest';
import { checkpointAt } from '../../training/checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from '../../training/checkpoint/write.ts';
import { PageSession } from '../pageSession.ts';
import type { LibraryClient } from './client.ts';
import { Library } from './library.ts';
import { libraryFailure, libraryService } from './libraryService.ts';
import { MemoryLibrary } from './testing/memoryLibrary.ts';

let store: MemoryLibrary;
let library: Library;
let other: ReturnType<typeof libraryService>;
let saved: string[];
/** What the worker does not answer: it crashes. */
let crashes: string[];

beforeEach(async () => {
  store = new MemoryLibrary();
  saved = [];
  crashes = [];
  library = openedTab();
  other = libraryService(store, () => void library.refresh());
  await library.refresh();
});

function openedTab(): Library {
  const service = libraryService(store);
  const session = new PageSession({
    createTrainer: () => {
      throw new Error('no trainer here');
    },
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  const call = async (method: keyof typeof service, argument?: unknown): Promise<unknown> => {
    if (crashes.includes(method)) throw new Error('the library’s worker stopped');
    const answer = service[method] as (given: unknown) => Promise<unknown>;
    try {
      return await answer(structuredClone(argument));
    } catch (error) {
      throw new Error(libraryFailure(error));
    }
  };
  return new Library(session, (name) => saved.push(name), { call } as LibraryClient);
}

const fileAt = async (step: number) => (await writeCheckpoint(checkpointAt(step))).buffer;
const keep = async (id: string, step = 3) =>
  library.save({ id, name: null, engine: null }, `Tiny ${id}`, await fileAt(step));
const listed = () => library.state.runs?.map(({ id, step }) => `${id} ${step}`).sort();

it('keeps what was kept again after everything was deleted', async () => {
  await keep('a');
  await keep('b');
  await library.delete(['a', 'b']);
  expect(listed()).toEqual([]);
  await keep('a', 5);
  expect(library.state.deleted.map(({ id }) => id)).toEqual(['b']);
  await library.forgetDeleted();
  expect(listed()).toEqual(['a 5']);
  expect([...store.kept.keys()]).toEqual(['a']);
});

it('brings back what was deleted, but not what another tab has deleted for good', async () => {
  await keep('a');
  await keep('b');
  await library.delete(['a', 'b']);
  await other.purge(
    library.state.deleted.flatMap(({ id, deletedAtMs }) =>
      id === 'b' && deletedAtMs !== null ? [{ id, deletedAtMs }] : [],
    ),
  );
  await library.undo();
  expect(listed()).toEqual(['a 3']);
  expect(library.state.failure).toMatch(/^One of the runs is gone/);
});

it('shows what another tab has changed, and never a list read before its own changes', async () => {
  await keep('a');
  await other.update({ ids: ['a'], patch: { name: 'Theirs' } });
  await library.refresh();
  expect(library.run('a')?.name).toBe('Theirs');
  const [late] = [library.refresh(), library.rename('a', 'Mine')];
  await late;
  expect(library.run('a')?.name).toBe('Mine');
});

it('lists runs that the browser does not store, does everything with them, and stores them later', async () => {
  store.isFull = true;
  await keep('a');
  await keep('b');
  expect(listed()).toEqual(['a 3', 'b 3']);
  expect(library.state.unkept.map(({ about }) => about.id)).toEqual(['a', 'b']);
  expect(store.kept.size).toBe(0);
  await library.rename('a', 'Mine');
  await library.pin('a', true);
  expect(library.state.drawn.map(({ title }) => title)).toEqual(['Mine']);
  await library.saveCheckpoint('a');
  await library.saveJson('a');
  expect(saved).toEqual([
    expect.stringMatching(/-step-3\.checkpoint\.safetensors$/),
    expect.stringMatching(/-step-3\.json$/),
  ]);
  await library.delete(['b']);
  expect(listed()).toEqual(['a 3']);
  await library.undo();
  expect(listed()).toEqual(['a 3', 'b 3']);
  await library.delete(['b']);
  await library.forgetDeleted();
  expect(library.state.unkept.map(({ about }) => about.id)).toEqual(['a']);
  store.isFull = false;
  await library.saveUnkept();
  expect(library.state.unkept).toEqual([]);
  expect((await other.list()).runs).toMatchObject([{ id: 'a', name: 'Mine', isPinned: true }]);
});

it('still has a run’s file when the worker crashes over it', async () => {
  crashes = ['save'];
  await keep('a');
  expect(library.state.failure).toMatch(/could not keep Tiny a/);
  const [unkept] = library.state.unkept;
  if (unkept === undefined) throw new Error('lost');
  library.saveUnkeptFile(unkept);
  expect(saved).toEqual(['tiny-a.checkpoint.safetensors']);
  for (const title of ['基准', '***']) library.saveUnkeptFile({ ...unkept, title, run: null });
  expect(saved.slice(1)).toEqual(['基准.checkpoint.safetensors', 'run.checkpoint.safetensors']);
  crashes = [];
  await library.saveUnkept();
  expect(listed()).toEqual(['a 3']);
});

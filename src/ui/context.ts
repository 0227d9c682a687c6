/** The session and the state of the page, for every component below `App`. */
import {
  createContext,
  startTransition,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { classWords } from '../app/classWords.ts';
import type { BuilderSession } from '../app/builderSession.ts';
import type { PageSession } from '../app/pageSession.ts';
import type { ShownRun } from '../app/shownRun.ts';
import type { LibraryState, PageState, RunView } from '../app/state.ts';
import { MAX_RUNS } from '../training/protocol/commands.ts';
import type { OpenLibrary } from './createPage.ts';

export const BuilderContext = createContext<BuilderSession | null>(null);

export const LibraryContext = createContext<OpenLibrary | null>(null);

/** Loads the library of kept runs. @throws Error outside `App`. */
export function useLibraryOpener(): OpenLibrary {
  const open = useContext(LibraryContext);
  if (open === null) throw new Error('No library here: this component stands outside App.');
  return open;
}

/** @throws Error outside `App`. */
export function useBuilder(): BuilderSession {
  const builder = useContext(BuilderContext);
  if (builder === null) throw new Error('No session here: this component stands outside App.');
  return builder;
}

export const useSession = (): PageSession => useBuilder().session;

/** A part of the page's state; rerenders only when it differs shallowly. */
export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(useSession().store, useShallow(select));
}

/** Whether the worker is open and nothing keeps it from working. */
export const isUsable = ({ phase, unsupported, deviceLost, failure }: PageState): boolean =>
  phase !== 'opening' && unsupported === null && deviceLost === null && failure === null;

/**
 * The runs that charts and tables show, in order. The array changes when a run is added, removed, renamed, marked or
 * given another history; the growth of a history shows only in `useDrawnVersion`.
 */
export function useShownRuns(): readonly ShownRun[] {
  const session = useSession();
  const { runs, library } = usePage((state) => ({ runs: state.runs, library: state.library }));
  const cache = useRef(new Map<string, ShownRun>());
  const live = runs.map(({ id, libraryId, name, colourIndex, config, markers, weightsFrom }) => {
    const isBaseline = libraryId === library.baseline;
    return {
      id,
      name,
      colourIndex,
      ...{ config, markers, weightsFrom },
      history: session.history(id),
      isLive: true,
      isBaseline,
    };
  });
  return useSteady(
    [...live, ...pinnedRuns(session, runs, library)].map((shown) => {
      const before = cache.current.get(shown.id);
      if (before !== undefined && isShallowlyEqual(before, shown)) return before;
      cache.current.set(shown.id, shown);
      return shown;
    }),
  );
}

/** Kept runs that are pinned and whose curves are loaded, except those that are still live. */
function pinnedRuns(
  session: PageSession,
  live: readonly RunView[],
  { runs, drawn, baseline }: LibraryState,
): ShownRun[] {
  const taken = new Set(live.map(({ colourIndex }) => colourIndex));
  return drawn.flatMap(({ id, title }) => {
    const run = runs?.find((candidate) => candidate.id === id);
    if (run === undefined || live.some(({ libraryId }) => libraryId === id)) return [];
    const { config, markers, weightsFrom } = run;
    // The colour of the table, with a dash that no other run has.
    let { colourIndex } = run;
    while (taken.has(colourIndex) && colourIndex < 2 * MAX_RUNS) colourIndex += MAX_RUNS;
    taken.add(colourIndex);
    const history = session.history(id);
    const isBaseline = id === baseline;
    const made = { config, markers, weightsFrom, history };
    return [{ id, name: title, colourIndex, ...made, isLive: false, isBaseline }];
  });
}

/** The array of the previous call if its items are the same. */
function useSteady<T>(items: readonly T[]): readonly T[] {
  const last = useRef(items);
  const isSame =
    items.length === last.current.length && items.every((item, i) => item === last.current[i]);
  if (!isSame) last.current = items;
  return last.current;
}

const isShallowlyEqual = (a: ShownRun, b: ShownRun): boolean =>
  Object.entries(a).every(([key, value]) => value === b[key as keyof ShownRun]);

const NO_NAMES: readonly string[] = [];

/** Of the classes of the images here, in the page’s language; none before there are images. */
export function useClassNames(): readonly string[] {
  const info = usePage(({ data }) => data?.info ?? null);
  return useMemo(() => (info === null ? NO_NAMES : classWords(info)), [info]);
}

/** The run that the builder edits; null until there is one. */
export function useSelectedRun(): RunView | null {
  return usePage(({ runs, selected }) => runs.find(({ id }) => id === selected) ?? null);
}

/**
 * The histories' version, `delayMs` after a flush: different delays let the charts draw in separate tasks, so that none
 * blocks the page for long.
 */
export function useDrawnVersion(delayMs: number): number {
  const { store } = useSession();
  const [version, setVersion] = useState(() => store.getState().version);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = store.subscribe((state, before) => {
      if (state.version === before.version) return;
      clearTimeout(timer);
      timer = setTimeout(() => startTransition(() => setVersion(state.version)), delayMs);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store, delayMs]);
  return version;
}

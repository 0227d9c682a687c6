/** The session and the chart settings, for every component below `App`. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { BuilderSession } from '../runs/builderSession.ts';
import type { Session } from '../runs/session.ts';
import type { PageState, RunView } from '../runs/state.ts';

export const BuilderContext = createContext<BuilderSession | null>(null);

/** @throws Error outside `App`. */
export function useBuilder(): BuilderSession {
  const builder = useContext(BuilderContext);
  if (builder === null) throw new Error('No session here: this component stands outside App.');
  return builder;
}

export const useSession = (): Session => useBuilder().session;

/** A part of the page's state; rerenders only when it differs shallowly. */
export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(useSession().store, useShallow(select));
}

/** The run that the builder edits; null before there is one. */
export function useSelectedRun(): RunView | null {
  return usePage(({ runs, selected }) => runs.find(({ id }) => id === selected) ?? null);
}

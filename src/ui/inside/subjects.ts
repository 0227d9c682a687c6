/** The nets that can be looked into, and how they are asked. */
import { useMemo, useState } from 'react';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { resultOf, type StudyState } from '../../app/studies.ts';
import type { Study, StudyKind, StudyResultOf } from '../../training/studies/registry.ts';
import type { Studied } from '../../training/studies/subject.ts';
import { useLibraryOpener, usePage, useSession, useShownRuns } from '../context.ts';

/** A run that trains, or a kept one that is pinned. */
export interface Subject {
  readonly run: ShownRun;
  readonly graph: LayerGraph;
}

export function useSubjects(): readonly Subject[] {
  const runs = useShownRuns();
  return useMemo(() => runs.map((run) => ({ run, graph: buildGraph(run.config.model) })), [runs]);
}

/** Whether two runs are tested on the same images. */
export function sharesImages(a: Subject, b: Subject): boolean {
  const [one, other] = [a.run.config, b.run.config];
  if (one.data.source !== other.data.source) return false;
  return one.data.source !== 'synthetic' || one.training.seed === other.training.seed;
}

/** Whether a study could be begun. */
export const useCanStudy = (): boolean =>
  usePage(
    ({ unsupported, deviceLost, failure, runs }) =>
      unsupported === null &&
      deviceLost === null &&
      failure === null &&
      runs.some(({ prepared }) => prepared !== null),
  );

/** Tells a study what to look at: a live run at once, a kept one with its weights out of the library. */
export function useStudy(): (key: string, subject: Subject, study: AsStudy) => Promise<void> {
  const session = useSession();
  const openLibrary = useLibraryOpener();
  return async (key, { run }, study) => {
    if (run.isLive) {
      session.queries.study(key, study({ run: run.id }));
      return;
    }
    const tensors = await (await openLibrary()).tensors(run.id);
    session.queries.study(key, study({ config: run.config, tensors }));
  };
}

type AsStudy = (studied: Studied) => Study;

interface Failure {
  readonly run: ShownRun;
  readonly message: string;
}

/** Studies of one kind, one a run: `ask` begins them, `found` is what came of them. */
export interface Studies<K extends StudyKind> {
  readonly isRunning: boolean;
  /** 0–1, all together. */
  readonly done: number;
  readonly failures: readonly Failure[];
  readonly found: readonly Found<K>[];
  ask(study: (studied: Studied) => Extract<Study, { kind: K }>): void;
  cancel(): void;
}

export interface Found<K extends StudyKind> {
  readonly subject: Subject;
  readonly result: StudyResultOf<K>;
  /** Steps the net had been trained; null for a kept one. */
  readonly step: number | null;
  readonly isWhole: boolean;
}

/** @param name of this use; two uses of one kind don't disturb each other. */
export function useStudies<K extends StudyKind>(
  kind: K,
  name: string,
  subjects: readonly Subject[],
): Studies<K> {
  const session = useSession();
  const begin = useStudy();
  const [unread, setUnread] = useState<readonly Failure[]>([]);
  const keyOf = ({ run }: Subject) => `inside ${name} ${run.id}`;
  const states = usePage(({ studies }) => subjects.map((subject) => studies[keyOf(subject)]));
  const known = states.filter((state): state is StudyState => state !== undefined);
  const running = known.filter(({ status }) => status === 'running');
  const doneOf = (state: StudyState) => (state.status === 'running' ? state.done : 1);
  const failed = subjects.flatMap(({ run }, i) => {
    const state = states[i];
    return state?.status === 'failed' ? [{ run, message: state.message }] : [];
  });
  return {
    isRunning: running.length > 0,
    done: known.reduce((sum, state) => sum + doneOf(state), 0) / Math.max(1, known.length),
    failures: [...unread, ...failed],
    found: subjects.flatMap((subject, i) => {
      const state = states[i];
      const result = resultOf(state, kind);
      if (state === undefined || result === null) return [];
      return [{ subject, result, step: state.step, isWhole: state.status === 'done' }];
    }),
    ask: (study) => {
      setUnread([]);
      for (const subject of subjects) {
        begin(keyOf(subject), subject, study).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          setUnread((before) => [...before, { run: subject.run, message }]);
        });
      }
    },
    cancel: () => {
      for (const subject of subjects) session.queries.cancelStudy(keyOf(subject));
    },
  };
}

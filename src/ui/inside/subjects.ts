/** The nets that can be looked into, and how they are asked. */
import { useMemo } from 'react';
import { buildGraph } from '../../model/builder.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { ShownRun } from '../../runs/shownRun.ts';
import { resultOf, type StudyState } from '../../runs/studies.ts';
import type { Study, StudyKind, StudyResultOf } from '../../training/studies/registry.ts';
import type { Studied } from '../../training/studies/subject.ts';
import { usePage, useSession, useShownRuns } from '../context.ts';

export interface Subject {
  readonly run: ShownRun;
  readonly graph: LayerGraph;
  /** What a study is told to look at; null: it has no weights here. */
  readonly studied: Studied | null;
}

export function useSubjects(): readonly Subject[] {
  const runs = useShownRuns();
  return useMemo(
    () =>
      runs.map((run) => ({
        run,
        graph: buildGraph(run.config.model),
        studied: run.isLive ? { run: run.id } : null,
      })),
    [runs],
  );
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

/** Studies of one kind, one a run: `ask` begins them, `of` tells what came of them. */
export interface Studies<K extends StudyKind> {
  readonly isRunning: boolean;
  /** 0–1, all together. */
  readonly done: number;
  readonly failures: readonly { readonly run: ShownRun; readonly message: string }[];
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
  const keyOf = ({ run }: Subject) => `inside ${name} ${run.id}`;
  const states = usePage(({ studies }) => subjects.map((subject) => studies[keyOf(subject)]));
  const known = states.filter((state): state is StudyState => state !== undefined);
  const running = known.filter(({ status }) => status === 'running');
  const doneOf = (state: StudyState) => (state.status === 'running' ? state.done : 1);
  return {
    isRunning: running.length > 0,
    done: known.reduce((sum, state) => sum + doneOf(state), 0) / Math.max(1, known.length),
    failures: subjects.flatMap(({ run }, i) => {
      const state = states[i];
      return state?.status === 'failed' ? [{ run, message: state.message }] : [];
    }),
    found: subjects.flatMap((subject, i) => {
      const state = states[i];
      const result = resultOf(state, kind);
      if (state === undefined || result === null) return [];
      return [{ subject, result, step: state.step, isWhole: state.status === 'done' }];
    }),
    ask: (study) => {
      for (const subject of subjects) {
        if (subject.studied !== null) session.study(keyOf(subject), study(subject.studied));
      }
    },
    cancel: () => {
      for (const subject of subjects) session.cancelStudy(keyOf(subject));
    },
  };
}

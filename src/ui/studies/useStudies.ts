/**
 * Studies of the networks on the page, for Inside, Lesions and Surface: which networks can be studied, and how their
 * studies are started and cancelled, how far they are, what they found and why they failed.
 */
import { useMemo, useState } from 'react';
import type { ShownRun } from '../../app/shownRun.ts';
import { resultOf, type StudyState } from '../../app/studies.ts';
import { expectedMs, type StudiedNet, type StudyRated } from '../../app/studyEstimate.ts';
import { studyKey } from '../../app/studyKeys.ts';
import { reasonOf } from '../../data/dataError.ts';
import { buildGraph } from '../../model/builder.ts';
import type { Studied, StudyKind, StudyOf, StudyResultOf } from '../../training/studies/study.ts';
import { isUsable, useLibraryOpener, usePage, useSession, useShownRuns } from '../context.ts';
import { t } from '../../text/t.ts';

/** A live run, or a kept one that is pinned to the charts. */
export interface Subject extends StudiedNet {
  readonly run: ShownRun;
}

export function useSubjects(): readonly Subject[] {
  const shown = useShownRuns();
  // As the worker split their batches.
  const split = usePage(({ runs }) => runs.map(({ prepared }) => prepared?.microBatchSize ?? null));
  const ids = usePage(({ runs }) => runs.map(({ id }) => id));
  const graphs = useMemo(() => shown.map(({ config }) => buildGraph(config.model)), [shown]);
  return useMemo(
    () =>
      shown.flatMap((run, i): Subject[] => {
        const graph = graphs[i];
        if (graph === undefined) return [];
        const { batchSize, microBatchSize } = run.config.training;
        const asked = microBatchSize === 'auto' ? batchSize : microBatchSize;
        const trainingBatchSize = split[ids.indexOf(run.id)] ?? asked;
        return [{ run, graph, trainingBatchSize }];
      }),
    [shown, graphs, split, ids],
  );
}

/** Whether two networks are tested on the same images. */
export function sharesImages(a: Subject, b: Subject): boolean {
  const [one, other] = [a.run.config, b.run.config];
  if (one.data.source !== other.data.source) return false;
  if (one.data.imagesSha256 !== other.data.imagesSha256) return false;
  return one.data.source !== 'synthetic' || one.training.seed === other.training.seed;
}

/** What the time of studies is worked out from. */
export const useStudyRated = (): StudyRated =>
  usePage(({ gflops, engine, adapter, paceRatio, studies }) => ({
    ...{ gflops, engine, adapter, paceRatio, studies },
  }));

/** Whether the worker can take a study. */
export const useCanStudy = (): boolean =>
  usePage((state) => isUsable(state) && state.runs.some(({ prepared }) => prepared !== null));

export interface Failure {
  readonly run: ShownRun;
  readonly message: string;
}

/** The study of one network. */
export interface StartedStudy<K extends StudyKind> {
  readonly subject: Subject;
  readonly state: StudyState;
  /** Partial while the study runs; null before there is any. */
  readonly result: StudyResultOf<K> | null;
}

/** What a study has found. */
export interface Finding<K extends StudyKind> {
  readonly subject: Subject;
  readonly result: StudyResultOf<K>;
  /** Steps the network had been trained; null for a kept run. */
  readonly step: number | null;
  /** Whether the study is done. */
  readonly isWhole: boolean;
}

/** How far studies of one kind are, one per network. */
export interface StudiesProgress {
  readonly started: readonly { readonly subject: Subject; readonly state: StudyState }[];
  /** Why studies did not start: the weights of a kept run could not be read. */
  readonly notStarted: readonly Failure[];
  cancel(): void;
}

export interface Studies<K extends StudyKind> extends StudiesProgress {
  readonly started: readonly StartedStudy<K>[];
  readonly findings: readonly Finding<K>[];
  readonly isRunning: boolean;
  /** @param which networks; all by default. */
  start(
    study: (of: Studied, subject: Subject) => StudyOf<K> | Promise<StudyOf<K>>,
    which?: readonly Subject[],
  ): void;
  /** A network as a study names it. Rejects where a kept run's weights can't be read. */
  studiedOf(subject: Subject): Promise<Studied>;
}

interface StudiesOptions<K extends StudyKind> {
  readonly kind: K;
  readonly name: string;
  readonly subjects: readonly Subject[];
  /** As `studyKey` says. */
  readonly ofModel?: boolean;
}

export function useStudies<K extends StudyKind>(options: StudiesOptions<K>): Studies<K> {
  const { kind, name, subjects, ofModel = false } = options;
  const session = useSession();
  const openLibrary = useLibraryOpener();
  const [notStarted, setNotStarted] = useState<readonly Failure[]>([]);
  const keyOf = ({ run }: Subject) => studyKey(name, run, ofModel);
  const states = usePage(({ studies }) => subjects.map((subject) => studies[keyOf(subject)]));
  const started = subjects.flatMap((subject, i) => {
    const state = states[i];
    return state === undefined ? [] : [{ subject, state, result: resultOf(state, kind) }];
  });
  const studiedOf = async ({ run: { id, config, isLive } }: Subject): Promise<Studied> =>
    isLive ? { run: id } : { config, tensors: await (await openLibrary()).tensors(id) };
  return {
    ...{ started, notStarted, studiedOf },
    findings: started.flatMap(({ subject, state: { status, step }, result }) =>
      result === null ? [] : [{ subject, result, step, isWhole: status === 'done' }],
    ),
    isRunning: started.some(({ state }) => state.status === 'running'),
    start: (study, which = subjects) => {
      setNotStarted([]);
      for (const subject of which) {
        const asked = studiedOf(subject).then((of) => study(of, subject));
        asked.then(
          (whole) => {
            const ms = expectedMs(whole, subject, session.store.getState());
            session.queries.study(keyOf(subject), whole, ms);
          },
          (cause: unknown) => {
            const message = t`Its weights could not be read: ${reasonOf(cause)}`;
            setNotStarted((before) => [...before, { run: subject.run, message }]);
          },
        );
      }
    },
    cancel: () => {
      for (const subject of subjects) session.queries.cancelStudy(keyOf(subject));
    },
  };
}

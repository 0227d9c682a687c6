/** The nets that studies look at: live runs, and kept ones that are pinned to the charts. */
import { useMemo, useState } from 'react';
import { reasonOf } from '../../data/dataError.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { StudyState } from '../../app/studies.ts';
import type { Study } from '../../training/studies/registry.ts';
import type { Studied } from '../../training/studies/subject.ts';
import { useLibraryOpener, usePage, useSession, useShownRuns } from '../context.ts';

export interface StudySubject {
  readonly id: string;
  readonly name: string;
  readonly colourIndex: number;
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  readonly isLive: boolean;
}

/** A subject with what has come of a study of it. */
export interface Studies {
  readonly subject: StudySubject;
  readonly key: string;
  readonly state: StudyState;
}

export function useSubjects(): readonly StudySubject[] {
  const runs = useShownRuns();
  return useMemo(
    () =>
      runs.map(({ id, name, colourIndex, config, isLive }) => ({
        ...{ id, name, colourIndex, config, isLive },
        graph: buildGraph(config.model),
      })),
    [runs],
  );
}

/** Whether the worker can take a study. */
export const useCanStudy = (): boolean =>
  usePage(
    (state) =>
      state.phase !== 'opening' &&
      state.unsupported === null &&
      state.deviceLost === null &&
      state.failure === null &&
      state.runs.some(({ prepared }) => prepared !== null),
  );

/** What a study is called; of another model of the same run it is another study. */
export const studyKey = (kind: string, { id, config }: StudySubject): string =>
  `${kind} ${id} ${JSON.stringify(config.model)}`;

/** The studies of a kind that there are. */
export function useStudies(kind: string, subjects: readonly StudySubject[]): readonly Studies[] {
  const states = usePage(({ studies }) =>
    subjects.map((subject) => studies[studyKey(kind, subject)]),
  );
  return useMemo(
    () =>
      subjects.flatMap((subject, i) => {
        const state = states[i];
        return state === undefined ? [] : [{ subject, key: studyKey(kind, subject), state }];
      }),
    [kind, subjects, states],
  );
}

/** Begins studies; `error` says why a kept run's weights could not be had. */
export function useAsk(): {
  ask: (kind: string, subject: StudySubject, study: (of: Studied) => Study) => void;
  error: string | null;
} {
  const session = useSession();
  const openLibrary = useLibraryOpener();
  const [error, setError] = useState<string | null>(null);
  const studiedOf = async ({ id, config, isLive }: StudySubject): Promise<Studied> => {
    if (isLive) return { run: id };
    const library = await openLibrary();
    return { config, tensors: await library.tensors(id) };
  };
  const ask = (kind: string, subject: StudySubject, study: (of: Studied) => Study) => {
    setError(null);
    studiedOf(subject).then(
      (of) => session.queries.study(studyKey(kind, subject), study(of)),
      (cause: unknown) =>
        setError(`The weights of ${subject.name} are not here: ${reasonOf(cause)}`),
    );
  };
  return { ask, error };
}

/** The nets that studies look at. */
import { useMemo } from 'react';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import type { LayerGraph } from '../../model/graph.ts';
import type { StudyState } from '../../runs/studies.ts';
import type { Studied } from '../../training/studies/subject.ts';
import { usePage } from '../context.ts';

export interface StudySubject {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  readonly of: Studied;
}

/** All that can be asked now; the same objects until a run changes. */
export function useSubjects(): readonly StudySubject[] {
  const runs = usePage((state) => state.runs.filter(({ accepted }) => accepted !== null));
  return useMemo(
    () =>
      runs.map(({ id, name, slot, config }) => ({
        ...{ id, name, slot, config },
        graph: buildGraph(config.model),
        of: { run: id },
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

/** The studies of a view by key, for these nets. */
export function useStudies(prefix: string, ids: readonly string[]): Record<string, StudyState> {
  return usePage((state) =>
    Object.fromEntries(
      ids.flatMap((id) => {
        const study = state.studies[`${prefix} ${id}`];
        return study === undefined ? [] : [[id, study]];
      }),
    ),
  );
}

/** What the figures of lesion studies share. */

import type { NamedLesions } from '../../app/lesions.ts';
import { formatCount, formatPerCent } from '../../charts/format.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { namedStep } from '../studies/StudyFigure.tsx';
import type { StartedStudy } from '../studies/useStudies.ts';
import { t } from '../../text/t.ts';

export type LesionStudies = readonly StartedStudy<'lesions'>[];

/** Size of the plot in saved files. */
export const SHEET = { width: 860, height: 400 } as const;

/** The graph with the most blocks. */
export const longestGraph = (studies: LesionStudies): LayerGraph | undefined =>
  studies
    .map(({ subject }) => subject.graph)
    .reduce<LayerGraph | undefined>(
      (longest, graph) =>
        longest === undefined || graph.blocks.length > longest.blocks.length ? graph : longest,
      undefined,
    );

/** Test error of guessing, in per cent. */
export const chanceError = (studies: LesionStudies): number =>
  100 * (1 - 1 / (longestGraph(studies)?.model.classes ?? 10));

export const namedLesions = (studies: LesionStudies): readonly NamedLesions[] =>
  studies.flatMap(({ subject: { run }, state: { step }, result }) =>
    result === null ? [] : [{ name: run.name, step, result }],
  );

/** Where the numbers come from. */
export function originOf(studies: LesionStudies): string {
  const parts = namedLesions(studies).map(
    ({ name, step, result }) =>
      t`${namedStep(name, step, formatCount)}, ${formatCount(result.images)} test images`,
  );
  return t`${parts.join(t`; `)}.`;
}

export const errorText = (error: number | null | undefined): string =>
  error == null ? '–' : formatPerCent(error);

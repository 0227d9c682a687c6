/** What studies compute, which the page needs to know before they begin. */
import type { Study } from './study.ts';

/** Hessian-vector products at a point, at most. */
export const MOST_PRODUCTS = 12;
/** Most points take 5 to 8. */
export const USUAL_PRODUCTS = 7;

/** Forward passes that a step with gradients takes as long as. */
const GRADIENT = 3;
/** A point between two nets: steps for its statistics, then both splits. */
const POINT_BETWEEN = GRADIENT + 2;

/** The steps of a bend's training after which the curve is scored: none (the straight line), a quarter, half and all. */
export const scoredAfter = (steps: number): readonly number[] => [
  ...new Set([0, 0.25, 0.5, 1].map((share) => Math.round(share * steps))),
];

type WithoutSubjects<T> = T extends Study ? Omit<T, 'of' | 'to'> : never;
/** What a study's cost depends on, its networks apart. */
export type StudyTask = WithoutSubjects<Study>;

/**
 * Images through one network, forward passes; 0 for studies that take a moment.
 * @param trainingBatchSize images that one step of its training normalises together.
 */
export function forwardImages(study: StudyTask, trainingBatchSize: number): number {
  switch (study.kind) {
    case 'lesions':
      return study.sets.length * study.images;
    case 'surface':
      return study.size ** 2 * study.images;
    case 'path':
      return GRADIENT * study.size ** 2 * study.images;
    case 'curvature':
      return GRADIENT * (1 + 2 * USUAL_PRODUCTS) * study.points * study.images;
    case 'line':
      return POINT_BETWEEN * study.points * study.images;
    case 'curve': {
      const [first, ...later] = scoredAfter(study.steps);
      const inner = later.length * (study.points - 2);
      const points = (first === undefined ? 0 : study.points) + inner;
      const batchSize = Math.min(trainingBatchSize, study.images);
      return GRADIENT * study.steps * batchSize + POINT_BETWEEN * points * study.images;
    }
    default:
      return 0;
  }
}

/**
 * All kinds of studies. A kind is a file with its schema, its result and its plan; it is entered here in three places,
 * which the compiler holds against each other.
 */
import * as z from 'zod/mini';
import { type ActivationsResult, activationsSchema, planActivations } from './activations.ts';
import { type FiltersResult, filtersSchema, planFilters } from './filters.ts';
import type { StudyPlan } from './kind.ts';
import { type LesionResult, lesionsSchema, planLesions } from './lesions.ts';
import { type OwnImageResult, ownImageSchema, planOwnImage } from './ownImage.ts';
import { type PredictionsResult, planPredictions, predictionsSchema } from './predictions.ts';
import { planSurface, type SurfaceResult, surfaceSchema } from './surface.ts';
import { planTestImages, type TestImagesResult, testImagesSchema } from './testImages.ts';

export const studySchema = z.discriminatedUnion('kind', [
  lesionsSchema,
  surfaceSchema,
  predictionsSchema,
  activationsSchema,
  filtersSchema,
  ownImageSchema,
  testImagesSchema,
]);

/** What can be asked for; `of` says of which network. */
export type Study = z.infer<typeof studySchema>;
export type StudyKind = Study['kind'];
export type StudyOf<K extends StudyKind> = Extract<Study, { kind: K }>;

/** What comes of it, told apart by `kind`; partial results have the same form as far as they go. */
export type StudyResult =
  | LesionResult
  | SurfaceResult
  | PredictionsResult
  | ActivationsResult
  | FiltersResult
  | OwnImageResult
  | TestImagesResult;
export type StudyResultOf<K extends StudyKind> = Extract<StudyResult, { kind: K }>;

export function planStudy(study: Study): StudyPlan<StudyResult, StudyResult> {
  switch (study.kind) {
    case 'lesions':
      return planLesions(study);
    case 'surface':
      return planSurface(study);
    case 'predictions':
      return planPredictions(study);
    case 'activations':
      return planActivations(study);
    case 'filters':
      return planFilters(study);
    case 'ownImage':
      return planOwnImage(study);
    case 'testImages':
      return planTestImages(study);
    default:
      return study satisfies never;
  }
}

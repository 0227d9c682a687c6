/**
 * All kinds of studies. A kind is a file with its schema, its result and its plan; it is entered here in three places,
 * which the compiler holds against each other.
 */
import * as z from 'zod/mini';
import type { StudyPlan } from './kind.ts';
import { type LesionResult, lesionsSchema, planLesions } from './lesions.ts';
import { planSurface, type SurfaceResult, surfaceSchema } from './surface.ts';

export const studySchema = z.discriminatedUnion('kind', [lesionsSchema, surfaceSchema]);

/** What can be asked for; `of` says of which network. */
export type Study = z.infer<typeof studySchema>;
export type StudyKind = Study['kind'];
export type StudyOf<K extends StudyKind> = Extract<Study, { kind: K }>;

/** What comes of it, told apart by `kind`; partial results have the same form as far as they go. */
export type StudyResult = LesionResult | SurfaceResult;
export type StudyResultOf<K extends StudyKind> = Extract<StudyResult, { kind: K }>;

export function planStudy(study: Study): StudyPlan<StudyResult, StudyResult> {
  switch (study.kind) {
    case 'lesions':
      return planLesions(study);
    case 'surface':
      return planSurface(study);
    default:
      return study satisfies never;
  }
}

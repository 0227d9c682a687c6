/** How each kind of study is done. */
import { planActivations } from './activations.ts';
import { planCurvature } from './curvature.ts';
import { planCurve } from './curve.ts';
import { planDeadUnits } from './deadUnits.ts';
import { planFilters } from './filters.ts';
import type { StudyPlan } from './kind.ts';
import { planLesions } from './lesions.ts';
import { planLine } from './line.ts';
import { planOwnImage } from './ownImage.ts';
import { planPath } from './path.ts';
import { planPredictions } from './predictions.ts';
import type { Study, StudyResult } from './study.ts';
import { StudyContext } from './studyContext.ts';
import { planSurface } from './surface.ts';
import { planTestImages } from './testImages.ts';

/** What a study works with; the parameters are those of `StudyContext`. */
export const contextOf = (...parts: ConstructorParameters<typeof StudyContext>): StudyContext =>
  new StudyContext(...parts);

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
    case 'deadUnits':
      return planDeadUnits(study);
    case 'line':
      return planLine(study);
    case 'curve':
      return planCurve(study);
    case 'curvature':
      return planCurvature(study);
    case 'path':
      return planPath(study);
    default:
      return study satisfies never;
  }
}

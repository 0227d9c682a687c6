/**
 * Loss surface (Li et al. 2018): the loss on a plane through the trained weights, spanned by two filter-normalised
 * random directions. BatchNorm normalises by the running statistics, as trained.
 */
import * as z from 'zod/mini';
import { filterNormalised, Slice } from './directions.ts';
import type { StudyPlan } from './kind.ts';
import { studiedSchema } from './subject.ts';
import { coordinate, surfaceOrder } from './surfaceGrid.ts';

export const MAX_SURFACE_SIZE = 101;

export const surfaceSchema = z.strictObject({
  kind: z.literal('surface'),
  of: studiedSchema,
  split: z.enum(['train', 'test']),
  /** From the first. */
  images: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  /** Points along each side. */
  size: z.int().check(
    z.minimum(3),
    z.maximum(MAX_SURFACE_SIZE),
    z.refine((size) => size % 2 === 1, { error: 'must be odd: the trained net is in the middle' }),
  ),
  /** The plane's coordinates run from −range to range. */
  range: z.number().check(z.positive(), z.maximum(100)),
  /** Of the directions. */
  seed: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
});
export type SurfaceStudy = z.infer<typeof surfaceSchema>;

export interface SurfaceResult {
  readonly kind: 'surface';
  readonly images: number;
  readonly size: number;
  readonly range: number;
  /** Points known, in the order of `surfaceOrder`. */
  readonly known: number;
  /** Mean cross-entropy, [size, size], second direction first; unknown points are 0. */
  readonly loss: Float64Array;
  /** 0–1, likewise. */
  readonly accuracy: Float32Array;
}

export function planSurface(study: SurfaceStudy): StudyPlan<SurfaceResult, SurfaceResult> {
  const { split, size, range, seed } = study;
  return {
    needs: { split, images: study.images },
    async *run(bench) {
      const images = bench.images(split, study.images);
      const { graph, weights } = bench.subject;
      const [first, second] = [0, 1].map((which) => filterNormalised(graph, weights, seed, which));
      if (first === undefined || second === undefined) throw new Error('no directions');
      const slice = new Slice(weights, first, second);
      const probe = await bench.probe();
      const loss = new Float64Array(size * size);
      const accuracy = new Float32Array(size * size);
      let known = 0;
      const result = (): SurfaceResult => ({
        kind: 'surface',
        ...{ images, size, range, known },
        loss: loss.slice(),
        accuracy: accuracy.slice(),
      });
      const total = size * size;
      for (const { i, j } of surfaceOrder(size)) {
        probe.load(slice.at(coordinate(study, i), coordinate(study, j)));
        const scoring = bench.score(probe, split, images);
        let part = await scoring.next();
        while (!part.done) {
          yield { done: known + part.value / images, total };
          part = await scoring.next();
        }
        const at = j * size + i;
        loss[at] = part.value.loss;
        accuracy[at] = part.value.accuracy;
        known++;
        if (bench.isDue()) yield { done: known, total, partial: result() };
      }
      return result();
    },
  };
}

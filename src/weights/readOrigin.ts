/** What a weights file says about its weights: the inverse of `metadataOf`. */
import * as z from 'zod/mini';
import type { Normalization } from '../data/normalization.ts';
import type { ExportModel } from './exportModel.ts';

export type Origin = Pick<ExportModel, 'classNames' | 'step' | 'test' | 'diverged'> & {
  /** Null if the file doesn't say. */
  readonly normalization: Normalization | null;
};

const wholeNumber = z.int().check(z.minimum(0));
const divergence = z.object({ step: wholeNumber, layer: z.string() });
const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);
const deviation = z.number().check(z.positive());
const threeDeviations = z.tuple([deviation, deviation, deviation]);
const json = <T>(schema: z.ZodMiniType<T>, text: string | undefined): T | null => {
  try {
    return schema.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
};

/** Anything missing or malformed counts as not given. */
export function readOrigin(metadata: ReadonlyMap<string, string>): Origin {
  const number = (key: string): number | null => json(z.number(), metadata.get(key));
  const [loss, accuracy, images] = ['testLoss', 'testAccuracy', 'testImages'].map(number);
  const mean = json(threeNumbers, metadata.get('mean'));
  const std = json(threeDeviations, metadata.get('std'));
  return {
    diverged: json(divergence, metadata.get('diverged')),
    classNames: json(z.array(z.string()), metadata.get('classNames')) ?? [],
    step: json(wholeNumber, metadata.get('step')) ?? 0,
    test:
      typeof loss === 'number' && typeof accuracy === 'number' && typeof images === 'number'
        ? { loss, accuracy, images }
        : null,
    normalization: mean !== null && std !== null ? { mean, std } : null,
  };
}

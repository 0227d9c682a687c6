/** What the optimizers' steps find where; and Muon's, which are several. */
import { type MovingParameter, muonChunks } from '../../plan/chunks.ts';
import {
  type FilterStrips,
  iterate,
  type ProductPart,
  STRIP_WORDS,
} from '../../plan/filterStrips.ts';
import type { StepOf } from '../../plan/steps.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { muonDirection } from '../kernels/muon/direction.ts';
import { muon } from '../kernels/muon/muon.ts';
import { filterProduct } from '../kernels/muon/product.ts';
import type { Resident } from '../memoryMap.ts';
import { kernelStep, resident } from './places.ts';
import type { CpuStep } from './step.ts';

/** What training moves. */
export interface Update {
  readonly chunks: readonly MovingParameter[];
  readonly strips: FilterStrips;
}

export const descentPlaces = (gradients: 'gradients' | 'gradientSums') => ({
  chunkTable: resident('chunkTable'),
  gradients: resident(gradients),
  weights: resident('weights'),
  momentum: resident('momentum'),
  learningRate: resident('learningRate'),
  squares: resident('squares'),
});

/** Muon: momentum, the products that make it orthogonal, and the descent. */
export function muonSteps(
  { gradients, optimizer: { momentum, nesterov } }: StepOf<'muon'>,
  { chunks, strips }: Update,
  arithmetic: Arithmetic,
): readonly CpuStep[] {
  const count = muonChunks(chunks);
  const places = { ...descentPlaces(gradients), directions: resident('directions') };
  const multiply = (part: ProductPart, left: Resident, right: Resident, output: Resident) => {
    const isFilter = part === 'filter';
    const operands = {
      strips: resident('filterStrips', isFilter ? STRIP_WORDS * strips.gramStrips : 0),
      ...{ left: resident(left), right: resident(right), output: resident(output) },
    };
    const stripCount = isFilter ? strips.filterStrips : strips.gramStrips;
    return kernelStep('muon', operands, filterProduct, stripCount, part, arithmetic);
  };
  const steps: CpuStep[] = [
    kernelStep('muon', places, muonDirection, { chunks: count, momentum, nesterov }),
  ];
  const last = iterate((x, next, isFirst) => {
    steps.push(
      multiply('gram', x, x, 'grams'),
      multiply(isFirst ? 'first' : 'polynomial', 'grams', 'grams', 'polynomials'),
      multiply('filter', x, 'polynomials', next),
    );
  });
  return [...steps, kernelStep('muon', { ...places, directions: resident(last) }, muon, count)];
}

/** The optimizers' steps, and that of the weights' average. */
import { adamSettings } from '../../../model/optimizer.ts';
import { CHUNK_WORDS, type MovingParameter, muonChunks } from '../../plan/chunks.ts';
import {
  type FilterStrips,
  iterate,
  type ProductPart,
  STRIP_WORDS,
} from '../../plan/filterStrips.ts';
import type { StateLayout } from '../../plan/layout.ts';
import type { StepOf } from '../../plan/steps.ts';
import { adam } from '../kernels/adam/adam.ts';
import { average } from '../kernels/average/average.ts';
import { SQUARES_BYTES } from '../kernels/descent/descent.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { muonDirection } from '../kernels/muon/direction.ts';
import { muon } from '../kernels/muon/muon.ts';
import { filterProduct } from '../kernels/muon/product.ts';
import { sgd } from '../kernels/sgd/sgd.ts';
import type { Resident } from '../memoryMap.ts';
import { kernelStep, resident } from './places.ts';
import type { CpuStep } from './step.ts';

/** What training moves. */
export interface Update {
  readonly chunks: readonly MovingParameter[];
  readonly strips: FilterStrips;
}

const descentPlaces = (gradients: 'gradients' | 'gradientSums') => ({
  chunkTable: resident('chunkTable'),
  gradients: resident(gradients),
  weights: resident('weights'),
  momentum: resident('momentum'),
  learningRate: resident('learningRate'),
  squares: resident('squares'),
});

/** Of what Muon leaves to it; of everything without Muon. */
export function sgdStep(
  { gradients, optimizer: { momentum, nesterov } }: StepOf<'sgd'>,
  { chunks }: Update,
): CpuStep {
  const first = muonChunks(chunks);
  const places = {
    ...descentPlaces(gradients),
    chunkTable: resident('chunkTable', CHUNK_WORDS * first),
    squares: resident('squares', (SQUARES_BYTES / 4) * first),
  };
  return kernelStep('sgd', places, sgd, { chunks: chunks.length - first, momentum, nesterov });
}

export function adamStep({ gradients, optimizer }: StepOf<'adam'>, { chunks }: Update): CpuStep {
  const decoupled = optimizer.type === 'adamw';
  const shape = { ...adamSettings(optimizer), chunks: chunks.length, decoupled };
  const places = { ...descentPlaces(gradients), secondMoment: resident('secondMoment') };
  return kernelStep('adam', places, adam, shape);
}

/** Of weights, and of running statistics where there are any. */
export function averageSteps({
  parameterFloats,
  statisticFloats,
}: StateLayout): readonly CpuStep[] {
  const rate = resident('learningRate', 3);
  const weights = { values: resident('weights'), average: resident('average'), rate };
  const running = { values: resident('running'), average: resident('averageRunning'), rate };
  return [
    kernelStep('average', weights, average, parameterFloats),
    ...(statisticFloats > 0 ? [kernelStep('average', running, average, statisticFloats)] : []),
  ];
}

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

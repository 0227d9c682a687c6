/** A training step's kernels as rows of a profile: what each is for, and how much it computes and touches. */
import type { LayerGraph } from '../../../model/graph.ts';
import { type ConvGeometry, convText, macs } from '../../plan/geometry.ts';
import { geometryOf } from '../../plan/operations/operation.ts';
import type { TrainingPlan } from '../../plan/plan.ts';
import { byteText, type ProfilePart, type ProfileRow } from '../../profile.ts';
import { planeBytes } from '../kernels/plane.ts';
import type { CpuStep } from '../lowering/step.ts';

/** What only the calling thread does. */
const ON_ONE_THREAD = 'on one thread';

const kernelName = (step: CpuStep): string =>
  step.kind === 'scalar' ? ON_ONE_THREAD : step.kernel.kernel;

/**
 * Rows of the steps of a batch that is not split, in the order in which a step comes to them.
 * @param ms of each step.
 */
export function profileRows(
  plan: TrainingPlan,
  steps: readonly CpuStep[],
  ms: readonly number[],
): ProfileRow[] {
  const operations = convolutionsOf(plan);
  const rows = new Map<string, ProfileRow>();
  steps.forEach((step, i) => {
    const kernel = kernelName(step);
    const part = partOf(steps, i);
    const shape = operations.get(step.layer);
    const isConvolution =
      step.kind === 'kernel' && step.kernel.isConvolution === true && shape !== undefined;
    const bytes = bytesOf(step, plan);
    const key = `${step.kind === 'scalar' ? step.layer : step.key} ${part}`;
    const row = rows.get(key);
    rows.set(key, {
      kernel,
      shape: row?.shape ?? (isConvolution ? convText(shape) : byteText(bytes)),
      layers: [...(row?.layers ?? []), step.layer],
      count: (row?.count ?? 0) + 1,
      ms: (row?.ms ?? 0) + (ms[i] ?? 0),
      flops: (row?.flops ?? 0) + (isConvolution ? 2 * macs(shape) : 0),
      bytes: (row?.bytes ?? 0) + bytes,
      part,
    });
  });
  return [...rows.values()];
}

/** A kernel that prepares a convolution's weights is part of the convolution behind it. */
function partOf(steps: readonly CpuStep[], i: number): ProfilePart {
  const step = steps[i];
  if (step?.kind !== 'kernel') return 'rest';
  const { part = 'rest' } = step.kernel;
  return part === 'of the next' ? partOf(steps, i + 1) : part;
}

function convolutionsOf({ batchSize, microBatches }: TrainingPlan): Map<string, ConvGeometry> {
  const steps = microBatches.flatMap(({ lists }) => lists.flatMap((list) => list.steps));
  return new Map(
    steps.flatMap((step) =>
      step.kind === 'conv' ? [[step.operation.name, geometryOf(step.operation, batchSize)]] : [],
    ),
  );
}

/** Of tensors, and of what belongs to parameters: one's own for a layer, all for the rest. */
function bytesOf({ layer, places }: CpuStep, { graph, layout, batchSize }: TrainingPlan): number {
  const isLayer = isNode(graph, layer);
  const sizes = Object.values(places).map((place) => {
    if ('tensor' in place) {
      const { shape } = place.tensor;
      return shape.channels * planeBytes({ ...shape, batch: batchSize });
    }
    if (!PARAMETER_MEMORY.has(place.resident)) return 0;
    if (!isLayer) return 4 * layout.parameterFloats;
    const slot = layout.parameters.find(({ offset }) => 4 * offset === place.bytes);
    return 4 * (slot?.length ?? 0);
  });
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

const PARAMETER_MEMORY: ReadonlySet<string> = new Set([
  'weights',
  'momentum',
  'secondMoment',
  'average',
  'directions',
  'nextDirections',
  'gradients',
  'gradientSums',
]);

const isNode = ({ nodes }: LayerGraph, name: string): boolean =>
  nodes.some((node) => node.name === name);

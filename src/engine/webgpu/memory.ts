/** Allocates a program's buffers and ties its dispatches to them: all GPU objects a step will use are made here. */
import { EngineError } from '../errors.ts';
import type { Binding, ResidentName } from '../plan/buffers.ts';
import type { Gpu } from './device.ts';
import type { PlannedDispatch } from './lowering/lowering.ts';
import type { EvaluationProgram, TrainingProgram } from './lowering/program.ts';
import { pipelineOf } from './pipelines.ts';
import { t } from '../../text/t.ts';

export interface PreparedDispatch {
  readonly planned: PlannedDispatch;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

export interface PlanMemory {
  readonly residents: ReadonlyMap<ResidentName, GPUBuffer>;
  readonly slots: readonly GPUBuffer[];
  /** Buffers allocated here, not those lent by others. */
  readonly owned: readonly GPUBuffer[];
}

/**
 * Allocates all buffers of `program` but those in `lent`.
 * @throws EngineError `out-of-memory`; nothing stays allocated then.
 */
export async function allocate(
  { device }: Gpu,
  program: TrainingProgram | EvaluationProgram,
  lent: ReadonlyMap<ResidentName, GPUBuffer>,
): Promise<PlanMemory> {
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  device.pushErrorScope('out-of-memory');
  const residents = new Map(lent);
  const owned: GPUBuffer[] = [];
  for (const [name, size] of program.residentBytes) {
    const usage = name === 'step' ? uniform : storage;
    const buffer = device.createBuffer({ label: name, size, usage });
    residents.set(name, buffer);
    owned.push(buffer);
  }
  const slots = program.slots.slotBytes.map((size, i) =>
    device.createBuffer({ label: `slot ${i}`, size, usage: storage }),
  );
  owned.push(...slots);
  const error = await device.popErrorScope();
  if (error !== null) {
    for (const buffer of owned) buffer.destroy();
    const needed = program.summary.gpuBytes;
    const message = t`The graphics adapter has no room for the ${needed} bytes that this network needs to train, and does not say how many are missing. Close other pages that use the graphics card, or use a smaller batch or network.`;
    throw new EngineError('out-of-memory', message, 'training.batchSize');
  }
  return { residents, slots, owned };
}

/** Compiles every dispatch's pipeline, all at once, and makes its bind group. */
export function prepare(
  { device }: Gpu,
  program: TrainingProgram | EvaluationProgram,
  memory: PlanMemory,
): Promise<PreparedDispatch[]> {
  const bufferOf = ({ buffer }: Binding): GPUBuffer => {
    const slot = typeof buffer === 'string' ? null : program.slots.slotOf.get(buffer);
    const found =
      typeof buffer === 'string' ? memory.residents.get(buffer) : memory.slots[slot ?? -1];
    if (found === undefined) throw new Error('a dispatch binds an unknown buffer');
    return found;
  };
  return Promise.all(
    program.dispatches.map(async (planned) => {
      const { kernel, code, bindings } = planned.call;
      const pipeline = await pipelineOf(device, kernel, code);
      const entries = bindings.map((part, binding) => ({
        binding,
        resource: { buffer: bufferOf(part), offset: part.offset, size: part.size },
      }));
      const layout = pipeline.getBindGroupLayout(0);
      return { planned, pipeline, bindGroup: device.createBindGroup({ layout, entries }) };
    }),
  );
}

/** Records dispatches `first` … `end` - 1, in order, into one pass. */
export function encode(
  pass: GPUComputePassEncoder,
  dispatches: readonly PreparedDispatch[],
  first = 0,
  end = dispatches.length,
): void {
  for (let i = first; i < end; i++) {
    const dispatch = dispatches[i];
    if (dispatch === undefined) throw new RangeError(`no dispatch ${i}`);
    const { planned, pipeline, bindGroup } = dispatch;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...planned.call.workgroups);
  }
}

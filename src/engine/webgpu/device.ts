/** One adapter and its device, requested with all the memory that the adapter allows, and its name for people. */
import type { AdapterDescription } from '../api.ts';
import { EngineError } from '../errors.ts';
import { type AdapterTraits, traitsOfKind } from './kernels/traits.ts';
import type { ProgramSummary } from './lowering/program.ts';
import { t } from '../../text/t.ts';

/** One WebGPU device. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly traits: AdapterTraits;
  /** Resolves when the device is lost, with the reason; never rejects. */
  readonly lost: Promise<{ reason: string; message: string }>;
}

/** The limits raised to what the adapter has; all others stay at WebGPU's defaults, which every kernel keeps to. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/** Timestamps for the tuner and the profiler; subgroups for kernels that hand loads round; `shader-f16` for half precision. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/**
 * @param gpu `navigator.gpu`, or Node's.
 * @param adapter to use instead of asking for one.
 * @throws EngineError `no-adapter`, `device-refused`.
 */
export async function acquireGpu(gpu: GPU | undefined, adapter?: GPUAdapter): Promise<Gpu> {
  if (gpu === undefined) {
    const isInsecure = globalThis.isSecureContext === false;
    const message = isInsecure
      ? t`Browsers offer WebGPU only to pages that come over https or from the same machine.`
      : t`This browser has no WebGPU.`;
    throw new EngineError('no-webgpu', message);
  }
  const chosen = adapter ?? (await gpu.requestAdapter({ powerPreference: 'high-performance' }));
  if (chosen === null) {
    const message = t`This browser has WebGPU, but offers it no graphics adapter.`;
    throw new EngineError('no-adapter', message);
  }
  const requiredLimits: Record<string, number> = {};
  for (const limit of RAISED_LIMITS) requiredLimits[limit] = chosen.limits[limit];
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => chosen.features.has(feature));
  try {
    const device = await chosen.requestDevice({ requiredLimits, requiredFeatures });
    const lost = device.lost.then(({ reason, message }) => ({ reason, message }));
    return { device, adapter: describe(chosen.info), traits: traitsOf(chosen), lost };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('device-refused', t`The graphics adapter refused a device: ${reason}`);
  }
}

/** What decides how kernels are laid out by default. */
function traitsOf({ info, features }: GPUAdapter): AdapterTraits {
  const { name } = describe(info);
  const software = (['swiftshader', 'llvmpipe'] as const).find((kind) =>
    name.toLowerCase().startsWith(kind),
  );
  const subgroupLanes = features.has('subgroups') ? (info.subgroupMinSize ?? 0) : 0;
  const halfStorage = features.has('shader-f16') ? 'half' : undefined;
  return traitsOfKind(software ?? 'gpu', subgroupLanes, halfStorage);
}

/** A name for people from the adapter's own description, most of which browsers hide. */
export function describe(info: GPUAdapterInfo): AdapterDescription {
  const { vendor, architecture, device, description } = info;
  const known = `${description} ${device} ${architecture}`.toLowerCase();
  const software = [
    ['swiftshader', 'SwiftShader (software)'],
    ['llvmpipe', 'llvmpipe (software)'],
    ['lavapipe', 'llvmpipe (software)'],
    ['null', 'null backend (executes nothing)'],
  ].find(([sign = '']) => known.includes(sign));
  const named = description || device || [vendor, architecture].filter(Boolean).join(' ');
  const name = software?.[1] ?? (named || 'unnamed adapter');
  const isSoftware = software !== undefined || info.isFallbackAdapter === true;
  return { name, vendor, architecture, isSoftware };
}

/**
 * Refuses programs with a buffer that the device cannot hold.
 * @throws EngineError `too-large` with the bytes needed, available and missing.
 */
export function checkFits({ device }: Gpu, summaries: readonly ProgramSummary[]): void {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  for (const { largestBufferBytes } of summaries) {
    if (largestBufferBytes <= limit) continue;
    const missing = largestBufferBytes - limit;
    throw new EngineError(
      'too-large',
      t`One layer needs a buffer of ${largestBufferBytes} bytes; this adapter allows ${limit}, ${missing} are missing. Use a smaller batch or micro-batch, narrower stages or smaller images.`,
      'training.batchSize',
    );
  }
}

/**
 * Devices that all tests of an adapter share. Pipelines are cached by device and software adapters take long to compile
 * them, so what one file has compiled serves the files after it: `*.gpu.test.ts` run in one process, one after the other
 * (`vitest.config.ts`).
 */
import { nodeGpu } from '../../../headless/gpu.ts';
import { acquireGpu, type Gpu } from '../webgpu/device.ts';

/** Something that is opened on first use, and again after it was lost. */
export class Shared<T extends { readonly lost: Promise<unknown> }> {
  readonly #open: () => Promise<T>;
  #opened: Promise<T> | null = null;

  constructor(open: () => Promise<T>) {
    this.#open = open;
  }

  get(): Promise<T> {
    this.#opened ??= this.#openOnce();
    return this.#opened;
  }

  async #openOnce(): Promise<T> {
    const opened = await this.#open();
    void opened.lost.then(() => {
      this.#opened = null;
    });
    return opened;
  }
}

/**
 * Workgroup memory is left as it is found instead of zeroed first: SwiftShader compiles the kernels for GPUs in a third
 * of the time. No kernel may rely on the zeros; one that did would fail here.
 */
const TOGGLES = ['disable_workgroup_init'];

const open = () => nodeGpu('default', TOGGLES);

/** For tests that ask for a device of their own kind. @throws as `testGpu` */
export const testAdapter = async (): Promise<GPUAdapter> => (await open()).adapter;

/** A device that no other test uses. @throws as `testGpu` */
export async function ownGpu(): Promise<Gpu> {
  const { gpu, adapter } = await open();
  return acquireGpu(gpu, adapter);
}

const engineGpu = new Shared(ownGpu);

const kernelDevice = new Shared(async () => {
  const adapter = await testAdapter();
  const wanted: readonly GPUFeatureName[] = ['subgroups', 'shader-f16'];
  return adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
  });
});

/**
 * The shared device as the engine opens it. Tests leave it as it is; one that destroys a device or replaces its methods
 * takes `ownGpu`.
 * @throws Error saying how to get an adapter, when there is none.
 */
export const testGpu = (): Promise<Gpu> => engineGpu.get();

/** The shared device for single kernels, with WebGPU's default limits: every kernel keeps to them. @throws as `testGpu` */
export const testDevice = (): Promise<GPUDevice> => kernelDevice.get();

/** TF.js on WebGL 2, in the worker on an OffscreenCanvas. */
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { backend, env, setBackend } from '@tensorflow/tfjs-core';
import type { EngineDevice } from '../../api.ts';
import { EngineError } from '../../errors.ts';
import { type OpenBackend, TENSOR_BYTES } from './openBackend.ts';
import { t } from '../../../text/t.ts';

/**
 * @param software takes a software renderer, too, which is slower than WebAssembly.
 * @throws EngineError `no-adapter` if there is no WebGL 2, none on a GPU, or none that computes in float32.
 */
export async function openWebGl({
  software,
}: {
  readonly software: boolean;
}): Promise<OpenBackend> {
  // Without this, TF.js asks for a context without "major performance caveat", which not every browser refuses.
  env().set('SOFTWARE_WEBGL_ENABLED', software);
  if (typeof OffscreenCanvas === 'undefined' || env().getNumber('WEBGL_VERSION') !== 2) {
    throw new EngineError('no-adapter', t`WebGL 2 on a GPU is not available here.`);
  }
  if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    throw new EngineError(
      'no-adapter',
      t`WebGL computes in 16 bits here, which is too coarse for training.`,
    );
  }
  if (!(await setBackend('webgl'))) {
    throw new EngineError('no-adapter', t`TensorFlow.js did not start on WebGL.`);
  }
  const running = backend();
  if (!(running instanceof MathBackendWebGL)) throw new Error('the backend is not WebGL');
  const { gl } = running.gpgpu;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const parameter = (name: number | undefined): string =>
    name === undefined ? '' : String(gl.getParameter(name) ?? '');
  const renderer = parameter(info?.UNMASKED_RENDERER_WEBGL) || parameter(gl.RENDERER);
  const isSoftware = isSoftwareRenderer(renderer);
  if (isSoftware && !software) {
    throw new EngineError(
      'no-adapter',
      t`WebGL is drawn in software here (${rendererName(renderer)}).`,
    );
  }
  const texture = env().getNumber('WEBGL_MAX_TEXTURE_SIZE');
  return {
    adapter: {
      name: rendererName(renderer),
      vendor: parameter(info?.UNMASKED_VENDOR_WEBGL),
      architecture: 'WebGL 2',
      isSoftware,
    },
    // Four numbers a texel.
    maxBufferBytes: Math.min(TENSOR_BYTES, texture ** 2 * 16),
    lost: contextLoss(gl.canvas),
  };
}

const isSoftwareRenderer = (renderer: string): boolean =>
  /swiftshader|llvmpipe|softpipe|basic render|software/i.test(renderer);

/** `ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)` is a GeForce RTX 3060 to people. */
function rendererName(renderer: string): string {
  if (/swiftshader/i.test(renderer)) return 'SwiftShader (software)';
  if (/llvmpipe/i.test(renderer)) return 'llvmpipe (software)';
  const inner = /^ANGLE \([^,]*, (.*?)(?:, [^,]*)?\)$/.exec(renderer)?.[1] ?? renderer;
  return inner.replace(/ (?:Direct3D|OpenGL|Metal|Vulkan|vs_|\(0x).*$/, '') || 'unnamed GPU';
}

function contextLoss(canvas: EventTarget): EngineDevice['lost'] {
  const message = t`The browser has lost the WebGL context.`;
  return new Promise((resolve) => {
    const report = (): void => resolve({ reason: 'unknown', message });
    canvas.addEventListener('webglcontextlost', report, { once: true });
  });
}

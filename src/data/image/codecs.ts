/**
 * JPEG and WebP, decoded by the same WebAssembly everywhere (mozjpeg and libwebp, packaged by jSquash), so that browsers
 * and Node give the same pixels. Loaded with the first image that needs one.
 */
import { loadChunk } from '../../chunk.ts';
import { reasonOf } from '../dataError.ts';
import { checkSize, type RgbImage } from './rgbImage.ts';
import { t } from '../../text/t.ts';

export type CodecName = 'jpeg' | 'webp';

/** @throws Error naming the fault */
type Decode = (bytes: Uint8Array) => Promise<RgbImage>;

export type Codecs = Readonly<Record<CodecName, Decode>>;

/** The parts of a jSquash package's `decode.js` that are used. */
interface Package {
  readonly default: (bytes: ArrayBuffer) => Promise<{
    readonly width: number;
    readonly height: number;
    readonly data: ArrayLike<number>;
  }>;
  readonly init: (options: {
    readonly wasmBinary?: Uint8Array;
    readonly print: () => void;
    readonly printErr: () => void;
  }) => Promise<unknown>;
}

const PACKAGES: Readonly<Record<CodecName, () => Promise<Package>>> = {
  jpeg: () => loadChunk(() => import('@jsquash/jpeg/decode.js')),
  webp: () => loadChunk(() => import('@jsquash/webp/decode.js')),
};

/** @param readWasm gives a decoder's WebAssembly; left out: it is fetched from beside the page's code. */
export function createCodecs(readWasm?: (name: CodecName) => Promise<Uint8Array>): Codecs {
  return { jpeg: decoder('jpeg', readWasm), webp: decoder('webp', readWasm) };
}

function decoder(name: CodecName, readWasm?: (name: CodecName) => Promise<Uint8Array>): Decode {
  let ready: Promise<Package> | null = null;
  const load = async (): Promise<Package> => {
    const [loaded, wasmBinary] = await Promise.all([PACKAGES[name](), readWasm?.(name)]);
    const quiet = () => undefined;
    const wasm = wasmBinary === undefined ? {} : { wasmBinary };
    await loadChunk(() => loaded.init({ ...wasm, print: quiet, printErr: quiet }));
    return loaded;
  };
  return async (bytes) => {
    ready ??= load();
    try {
      const decode = (await ready).default;
      const { width, height, data } = await decode(Uint8Array.from(bytes).buffer);
      checkSize(width, height);
      return { width, height, pixels: withoutAlpha(data, width * height) };
    } catch (error) {
      // After a fault of its own a module may be in any state.
      ready = null;
      const format = name === 'jpeg' ? 'JPEG' : 'WebP';
      const kind = t`a damaged or unusual ${format}`;
      // What the WebAssembly itself throws says nothing to people.
      throw new Error(error instanceof Error ? `${kind} (${reasonOf(error)})` : kind, {
        cause: error,
      });
    }
  };
}

function withoutAlpha(rgba: ArrayLike<number>, count: number): Uint8Array {
  const pixels = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = rgba[i * 4 + c] ?? 0;
  }
  return pixels;
}

/** Those of a page or worker. */
export const webCodecs: Codecs = createCodecs();

/** JPEG and WebP in Node. Nothing that runs in a browser imports this file. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type CodecName, createCodecs } from './image/codecs.ts';

const WASM: Readonly<Record<CodecName, string>> = {
  jpeg: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  webp: '@jsquash/webp/codec/dec/webp_dec.wasm',
};

const require = createRequire(import.meta.url);

export const nodeCodecs = createCodecs((name) => readFile(require.resolve(WASM[name])));

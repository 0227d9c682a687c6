/** Every format that a network can be exported to. A new one is a file in this folder and an entry here. */
import { deferred } from '../../chunk.ts';
import type { ExportOptions } from '../exportModel.ts';
import type { FormatEntry } from './format.ts';
import { t } from '../../text/t.ts';

export const FORMATS = [
  {
    id: 'safetensors',
    label: 'safetensors',
    extension: '.safetensors',
    readBy: t`PyTorch, Hugging Face, this page`,
    language: 'Python',
    holdsGraph: false,
    load: deferred(() => import('./safetensors.ts')),
  },
  {
    id: 'pth',
    label: 'PyTorch',
    extension: '.pth',
    readBy: 'torch.load',
    language: 'Python',
    holdsGraph: false,
    load: deferred(() => import('./pth.ts')),
  },
  {
    id: 'npz',
    label: 'NumPy',
    extension: '.npz',
    readBy: 'numpy.load',
    language: 'Python',
    holdsGraph: false,
    load: deferred(() => import('./npz.ts')),
  },
  {
    id: 'onnx',
    label: 'ONNX',
    extension: '.onnx',
    readBy: 'onnxruntime, Netron',
    language: 'Python',
    holdsGraph: true,
    load: deferred(() => import('./onnx.ts')),
  },
  {
    id: 'tfjs',
    label: 'TensorFlow.js',
    extension: '.tfjs.zip',
    readBy: 'tf.loadGraphModel',
    language: 'JavaScript',
    holdsGraph: true,
    load: deferred(() => import('./tfjs.ts')),
  },
] as const satisfies readonly FormatEntry[];

export type FormatId = (typeof FORMATS)[number]['id'];

/** How a network is to be exported. */
export interface ExportChoice extends ExportOptions {
  readonly format: FormatId;
}

/** The format that this page reads back itself. */
export const DEFAULT_EXPORT: ExportChoice = {
  format: 'safetensors',
  naming: 'torchvision',
  input: 'normalised',
};

export const FORMAT_IDS = FORMATS.map(({ id }) => id);

export function formatOf(id: FormatId): FormatEntry {
  const found = FORMATS.find((format) => format.id === id);
  if (found === undefined) throw new RangeError(`There is no format ${id}.`);
  return found;
}

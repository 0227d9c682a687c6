/**
 * Exported files in the programs they are for: ONNX Runtime, TensorFlow.js and, if a Python with torch is found, PyTorch
 * running the snippets as they are shown. Each must give our engine's logits for the same 100 images.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceBatch } from '../../data/referenceBatch.ts';
import { IMAGE_SIZE, type ImageChunk } from '../../data/types.ts';
import { type ExportModel, type ExportOptions, metadataOf } from '../exportModel.ts';
import { namingFault } from '../names.ts';
import {
  type ClientInput,
  ONNX_CLIENT,
  runOnnx,
  runTfjs,
  TFJS_CLIENT,
} from '../testing/clients.ts';
import { testImages } from '../testing/images.ts';
import { exportModel, NET_NAMES } from '../testing/nets.ts';
import { logitDifference, ourLogits } from '../testing/ourLogits.ts';
import { runSnippets, type SnippetJob, snippetClasses, torchOrSkip } from '../testing/torch.ts';
import { FORMATS, type FormatId, formatOf } from './registry.ts';

const TOLERANCE = 1e-4;

interface Net {
  readonly model: ExportModel;
  readonly logits: Float32Array;
}

let images: ImageChunk;
const nets = new Map<string, Net>();
const report: string[] = [];

beforeAll(async () => {
  const { chunk, title } = await testImages();
  images = chunk;
  report.push(`${chunk.count} images: ${title}`);
  for (const name of NET_NAMES) {
    const model = exportModel(name);
    nets.set(name, { model, logits: await ourLogits(model, chunk) });
  }
}, 240_000);

afterAll(() => console.log(report.join('\n')));

function netOf(name: string): Net {
  const net = nets.get(name);
  if (net === undefined) throw new Error(`no net ${name}`);
  return net;
}

/** Compares logits and reports how far apart they are. */
function compare(net: string, client: string, got: Float32Array): void {
  const { model, logits } = netOf(net);
  const { difference, spread } = logitDifference(got, logits, model.config.model.classes);
  const distance = `${difference.toExponential(1)} of ${spread.toFixed(1)}`;
  report.push(`${net} · ${client} · ${distance}`);
  expect(difference, `${net}, ${client}`).toBeLessThan(TOLERANCE);
  // Logits that hardly differ between images would prove nothing.
  expect(spread).toBeGreaterThan(1000 * TOLERANCE);
}

/** The images as `input` asks for them; normalised ones in the order [N, 3, S, S] or [N, S, S, 3]. */
function clientInput(
  { config }: ExportModel,
  input: ExportOptions['input'],
  order: 'NCHW' | 'NHWC',
): ClientInput {
  const { count, pixels } = images;
  if (input === 'pixels') {
    return { name: 'pixels', shape: [count, IMAGE_SIZE, IMAGE_SIZE, 3], data: pixels };
  }
  const { inputSize } = config.model;
  const indices = Uint32Array.from({ length: count }, (_, i) => i);
  const still = { seed: 0, position: 0, augment: null, normalization: config.data };
  const planes = referenceBatch({ pixels, indices, inputSize, ...still });
  if (order === 'NCHW') {
    return { name: 'images', shape: [count, 3, inputSize, inputSize], data: planes };
  }
  const area = inputSize * inputSize;
  const data = Float32Array.from(planes, (_, i) => {
    const [image, pixel, channel] = [Math.floor(i / (3 * area)), Math.floor(i / 3) % area, i % 3];
    return planes[(image * 3 + channel) * area + pixel] ?? Number.NaN;
  });
  return { name: 'images', shape: [count, inputSize, inputSize, 3], data };
}

async function written(id: FormatId, { model }: Net, options: ExportOptions) {
  const format = await formatOf(id).load();
  const startMs = performance.now();
  const file = format.write(model, options);
  const ms = (performance.now() - startMs).toFixed(0);
  return { format, file, cost: `${(file.length / 1000).toFixed(0)} kB in ${ms} ms` };
}

/** Pixel inputs are normalised in the graph: once at full size, once with blocks of pixels averaged. */
const INPUTS: readonly (readonly [string, ExportOptions['input']])[] = [
  ...NET_NAMES.map((name) => [name, 'normalised'] as const),
  ['ResNet-20 A', 'pixels'],
  ['ImageNet stem, small images', 'pixels'],
];

describe.each(INPUTS)('%s, from %s', (name, input) => {
  const options = { naming: 'torchvision', input } as const;

  it('runs as ONNX', async () => {
    const net = netOf(name);
    const { file, cost } = await written('onnx', net, options);
    const logits = await runOnnx(file, clientInput(net.model, input, 'NCHW'));
    compare(name, `${ONNX_CLIENT} · ${input} · ${cost}`, logits);
  });

  it('runs as TF.js GraphModel', async () => {
    const net = netOf(name);
    const { file, cost } = await written('tfjs', net, options);
    const { logits, metadata } = await runTfjs(file, clientInput(net.model, input, 'NHWC'));
    compare(name, `${TFJS_CLIENT} · ${input} · ${cost}`, logits);
    expect(metadata).toEqual(metadataOf(net.model, options));
  });
});

it('loads into PyTorch by its snippets, strictly', { timeout: 120_000 }, async (context) => {
  const torch = torchOrSkip(context);
  const jobs: (SnippetJob & { net: string; client: string })[] = [];
  for (const [net, { model }] of nets) {
    for (const { id, language, holdsGraph, extension } of FORMATS) {
      for (const naming of ['torchvision', 'cifar'] as const) {
        if (holdsGraph || language !== 'Python' || namingFault(model.config.model, naming))
          continue;
        const options = { naming, input: 'normalised' } as const;
        const { format, file, cost } = await written(id, netOf(net), options);
        const fileName = `net${extension}`;
        const snippet = format.snippet({ ...model, fileName, options });
        const client = `PyTorch ${torch.version} · ${extension} · ${naming} · ${cost}`;
        jobs.push({ net, client, folder: `${jobs.length}`, fileName, file, snippet });
      }
    }
  }
  expect(jobs).toHaveLength(3 * (NET_NAMES.length + 2));
  const folder = await mkdtemp(join(tmpdir(), 'residual-playground-torch-'));
  try {
    const results = await runSnippets(torch, folder, jobs, images.pixels);
    for (const [i, { net, client }] of jobs.entries()) {
      const { classes } = netOf(net).model.config.model;
      compare(net, client, snippetClasses(results[i], classes));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What is exported: a network, its weights and everything needed to use them. */
import { type Normalization, normalizationOf } from '../data/normalization.ts';
import { IMAGE_SIZE } from '../data/types.ts';
import type { DataConfig, ModelConfig, RunConfig } from '../model/config.ts';
import type { LayerGraph, StateDict } from '../model/graph.ts';
import type { Naming } from './names.ts';

export interface ExportModel {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  /** Every parameter and running statistic of the graph, by torchvision's names, in PyTorch's layouts. */
  readonly weights: StateDict;
  /** In the order of the labels; empty if they aren't known. */
  readonly classNames: readonly string[];
  /** Training steps that led to these weights. */
  readonly step: number;
  /** Results on the test images with these weights; null if they have not been tested. */
  readonly test: {
    readonly loss: number;
    readonly accuracy: number;
    readonly images: number;
  } | null;
  /** Where training that went on from these weights diverged; null or left out: it did not. */
  readonly diverged?: { readonly step: number; readonly layer: string } | null;
  /** The hash that tells these weights from any others; left out: not known. */
  readonly weightsSha256?: string;
}

/**
 * The input of an exported graph (ONNX, TF.js): `normalised` images as in training, or `pixels` 0…255 as in an image
 * file, normalised inside the graph.
 */
export const IMAGE_INPUTS = ['normalised', 'pixels'] as const;
export type ImageInput = (typeof IMAGE_INPUTS)[number];

export interface ExportOptions {
  readonly naming: Naming;
  /** Ignored by formats that hold only weights. */
  readonly input: ImageInput;
}

/** The member of zip formats that holds `metadataOf` as one JSON object. */
export const METADATA_FILE = 'metadata.json';

/** How the images of these weights were normalised; null where nobody has said so. */
export const knownNormalization = (data: DataConfig): Normalization | null =>
  data.normalizationSource === 'assumed' ? null : normalizationOf(data);

/** For snippets, beside a normalisation that is taken for granted. */
export const ASSUMED_REMARK =
  'assumed: the weights’ file did not say how its images were normalised';

/** Everything but the weights, as strings: numbers, lists and the config as JSON. */
export function metadataOf(model: ExportModel, { naming }: ExportOptions): Record<string, string> {
  const { config, classNames, step, test, diverged, weightsSha256 } = model;
  const normalization = knownNormalization(config.data);
  return {
    config: JSON.stringify(config),
    naming,
    ...(normalization === null
      ? {}
      : { mean: JSON.stringify(normalization.mean), std: JSON.stringify(normalization.std) }),
    classNames: JSON.stringify(classNames),
    step: `${step}`,
    ...(diverged === undefined || diverged === null ? {} : { diverged: JSON.stringify(diverged) }),
    ...(weightsSha256 === undefined ? {} : { weightsSha256 }),
    ...(test === null
      ? {}
      : {
          testLoss: `${test.loss}`,
          testAccuracy: `${test.accuracy}`,
          testImages: `${test.images}`,
        }),
  };
}

/**
 * Height and width of the images that `pixels` and the snippets' `normalise` take, and the side of the blocks averaged
 * into one pixel of the net's input, as training does with 32×32 images.
 */
export function pixelInput({ inputSize }: Pick<ModelConfig, 'inputSize'>): {
  readonly size: number;
  readonly block: number;
} {
  return IMAGE_SIZE % inputSize === 0
    ? { size: IMAGE_SIZE, block: IMAGE_SIZE / inputSize }
    : { size: inputSize, block: 1 };
}

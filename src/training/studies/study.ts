/** What can be asked of a network, and the answers. A file for each kind says how it is done. */
import type { Split } from '../../data/types.ts';
import type { RunConfig } from '../../model/config.ts';
import type { Tensor, TensorShape } from '../../model/graph.ts';
import type { NamedTensor, RunId } from '../runIdentity.ts';
import type { Predictions } from './predictionTable.ts';

/** Whom a study looks at: a live run, or a kept one by its config, weights and running statistics. */
export type Studied =
  | { readonly run: RunId }
  | { readonly config: RunConfig; readonly tensors: readonly NamedTensor[] };

/** Mean loss and accuracy over some images. */
export interface Score {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** 0–1 */
  readonly accuracy: number;
}

/** The test error with blocks switched off. */
export interface LesionStudy {
  readonly kind: 'lesions';
  readonly of: Studied;
  /** How many test images to use, from the first on. */
  readonly images: number;
  /** Blocks to switch off together, set by set; an empty set: the net as it was trained. */
  readonly sets: readonly (readonly string[])[];
}

export interface LesionResult {
  readonly kind: 'lesions';
  readonly images: number;
  /** One row per set, in the order asked for; while the study runs, only the first sets. */
  readonly rows: readonly LesionRow[];
}

export interface LesionRow extends Score {
  readonly blocks: readonly string[];
}

/** The loss on a plane through the trained weights. */
export interface SurfaceStudy {
  readonly kind: 'surface';
  readonly of: Studied;
  readonly split: Split;
  /** How many images of the split to use, from the first on. */
  readonly images: number;
  /** Points along each side; odd, so that the trained net is in the middle. */
  readonly size: number;
  /** The plane's coordinates run from −range to range. */
  readonly range: number;
  /** The seed of the two random directions. */
  readonly seed: number;
}

export interface SurfaceResult {
  readonly kind: 'surface';
  readonly images: number;
  readonly size: number;
  readonly range: number;
  /** Points known, in the order of `surfaceOrder`. */
  readonly known: number;
  /** Mean cross-entropy, [size, size], second direction first; unknown points are 0. */
  readonly loss: Float64Array;
  /** 0–1, likewise. */
  readonly accuracy: Float32Array;
}

/** Likeliest classes, loss and truth of every test image. */
export interface PredictionsStudy {
  readonly kind: 'predictions';
  readonly of: Studied;
  /** How many test images to use, from the first on. */
  readonly images: number;
}

export interface PredictionsResult {
  readonly kind: 'predictions';
  readonly predictions: Predictions;
  /** Milliseconds of work, waiting not counted. */
  readonly workMs: number;
}

/** What every layer makes of one image. */
export interface ActivationsStudy {
  readonly kind: 'activations';
  readonly of: Studied;
  /** A test image by its number, or the pixels of a picture, [32, 32, 3] bytes. */
  readonly image: { readonly test: number } | { readonly pixels: Uint8Array };
}

export interface ActivationsResult {
  readonly kind: 'activations';
  /** In the order of the network's nodes; the image itself, normalised, is `input`. */
  readonly layers: readonly LayerOutput[];
  /** [classes] */
  readonly probabilities: readonly number[];
  /** Bytes of the image, [32, 32, 3]. */
  readonly pixels: Uint8Array;
  /** Null for a picture that is in no data set. */
  readonly label: number | null;
}

export interface LayerOutput {
  /** The name of the graph's node. */
  readonly name: string;
  readonly shape: TensorShape;
  /** [channels, height, width] */
  readonly values: Float32Array;
}

/** The first convolution's weights. */
export interface FiltersStudy {
  readonly kind: 'filters';
  readonly of: Studied;
}

export interface FiltersResult {
  readonly kind: 'filters';
  /** [filters, 3, kernel, kernel] */
  readonly weight: Tensor;
}

/** What the network makes of a picture that is in no data set. */
export interface OwnImageStudy {
  readonly kind: 'ownImage';
  readonly of: Studied;
  /** [32, 32, 3] bytes. */
  readonly pixels: Uint8Array;
}

export interface OwnImageResult {
  readonly kind: 'ownImage';
  /** [classes] */
  readonly logits: Float32Array;
  /** [classes] */
  readonly probabilities: readonly number[];
}

/** The pixels of test images, to be shown. */
export interface TestImagesStudy {
  readonly kind: 'testImages';
  /** Whose data set it is. */
  readonly of: Studied;
  readonly images: readonly number[];
}

export interface TestImagesResult {
  readonly kind: 'testImages';
  readonly images: readonly number[];
  /** [images, 32, 32, 3] bytes. */
  readonly pixels: Uint8Array;
}

/** Which ReLUs give 0 for all of some images. */
export interface DeadUnitsStudy {
  readonly kind: 'deadUnits';
  readonly of: Studied;
  /** How many test images to use, from the first on. */
  readonly images: number;
}

export interface DeadUnitsResult {
  readonly kind: 'deadUnits';
  readonly images: number;
  readonly layers: readonly DeadUnits[];
}

export interface DeadUnits {
  /** The convolution whose output the ReLUs take, without `.weight`. */
  readonly layer: string;
  /** ReLUs: channels × height × width. */
  readonly units: number;
  /** Those that gave 0 for every image. */
  readonly dead: number;
}

/** Loss and accuracy on the straight line between the weights of two nets. */
export interface LineStudy {
  readonly kind: 'line';
  readonly of: Studied;
  /** Of the same architecture. */
  readonly to: Studied;
  /** How many training images, and how many test images, of the first net to use, from the first on. */
  readonly images: number;
  /** Points on the line, both ends included. */
  readonly points: number;
}

export interface LineResult {
  readonly kind: 'line';
  /** Steps that the second net had been trained; null for a kept run. */
  readonly toStep: number | null;
  /** Training images, for BatchNorm's statistics and for the loss. */
  readonly images: number;
  readonly testImages: number;
  /** In order; while the study runs, only the first. */
  readonly rows: readonly LineRow[];
}

export interface LineRow {
  /** The place on the way, α or t. 0: the first net, 1: the second. */
  readonly alpha: number;
  readonly train: Score;
  readonly test: Score;
}

/** Loss and accuracy on a curve between the weights of two nets, whose bend is trained to keep the loss low. */
export interface CurveStudy {
  readonly kind: 'curve';
  readonly of: Studied;
  /** Of the same architecture. */
  readonly to: Studied;
  /** How many training images, and how many test images, of the first net to score it on, from the first on. */
  readonly images: number;
  /** Points on the curve, both ends included. */
  readonly points: number;
  /** Of the bend's training, on batches of all training images, augmented as the first net's. */
  readonly steps: number;
  /** Of these steps at first; halfway it begins to fall to 0. */
  readonly rate: number;
}

export interface CurveResult {
  readonly kind: 'curve';
  /** As of a line. */
  readonly toStep: number | null;
  readonly images: number;
  readonly testImages: number;
  /** Steps of the bend's training that are done. */
  readonly bendSteps: number;
  /**
   * The curve after so many of them, the straight line (0) first. Rows in order; while the study runs, the last curve may
   * have only its first.
   */
  readonly curves: readonly { readonly steps: number; readonly rows: readonly LineRow[] }[];
}

/** The loss's largest curvature and the gradient's noise at points of a run's path. */
export interface CurvatureStudy {
  readonly kind: 'curvature';
  readonly of: Studied;
  /** How many training images to use, from the first on; whole batches of them. */
  readonly images: number;
  /** Points of the path, at most, its end included. */
  readonly points: number;
}

export interface CurvatureResult {
  readonly kind: 'curvature';
  readonly images: number;
  /** In order; while the study runs, only the first. */
  readonly rows: readonly CurvatureRow[];
}

export interface CurvatureRow {
  /** Steps done. */
  readonly step: number;
  /** Of the next step. */
  readonly learningRate: number;
  readonly loss: number;
  /** Of the Hessian's eigenvalues. */
  readonly largest: number;
  /** How far, at most, the nearest eigenvalue is from it, but for rounding. */
  readonly residual: number;
  /** Of all the images together. */
  readonly gradientNorm: number;
  /** Null where all images are one batch. */
  readonly noise: GradientNoise | null;
}

/** McCandlish et al. 2018: unbiased estimates, which may be negative. */
export interface GradientNoise {
  /** |gradient|² of all images there are. */
  readonly squaredGradient: number;
  /** Trace of the covariance of one image's gradient. */
  readonly trace: number;
}

/** Where a run's weights went, on the plane that holds most of it, and the loss there. */
export interface PathStudy {
  readonly kind: 'path';
  readonly of: Studied;
  /** How many training images to use, from the first on; whole batches of them. */
  readonly images: number;
  /** Points along each side of the plane; odd. */
  readonly size: number;
}

export interface PathResult {
  readonly kind: 'path';
  /** In order; the last is the trained net, at 0, 0. In units of the weights. */
  readonly points: readonly { readonly step: number; readonly x: number; readonly y: number }[];
  /** What the two directions hold of the variance of all points, 0–1 each. */
  readonly shares: readonly [number, number];
  /** Of the part of the plane that is computed. */
  readonly centre: readonly [number, number];
  /** Training loss by batches' own statistics; coordinates count from `centre`. */
  readonly surface: SurfaceResult;
}

export type Study =
  | LesionStudy
  | SurfaceStudy
  | PredictionsStudy
  | ActivationsStudy
  | FiltersStudy
  | OwnImageStudy
  | TestImagesStudy
  | DeadUnitsStudy
  | LineStudy
  | CurveStudy
  | CurvatureStudy
  | PathStudy;
export type StudyKind = Study['kind'];
export type StudyOf<K extends StudyKind> = Extract<Study, { kind: K }>;

/** Told apart by `kind`; partial results have the same form as far as they go. */
export type StudyResult =
  | LesionResult
  | SurfaceResult
  | PredictionsResult
  | ActivationsResult
  | FiltersResult
  | OwnImageResult
  | TestImagesResult
  | DeadUnitsResult
  | LineResult
  | CurveResult
  | CurvatureResult
  | PathResult;
export type StudyResultOf<K extends StudyKind> = Extract<StudyResult, { kind: K }>;

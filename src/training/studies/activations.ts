/** What every layer of a network makes of one image. */
import * as z from 'zod/mini';
import type { TensorShape } from '../../model/graph.ts';
import { softmaxRows } from '../evaluation.ts';
import type { StudyPlan } from './kind.ts';
import { pixelsSchema } from './ownImage.ts';
import { studiedSchema } from './subject.ts';

export const activationsSchema = z.strictObject({
  kind: z.literal('activations'),
  of: studiedSchema,
  image: z.union([
    z.strictObject({ test: z.int().check(z.minimum(0), z.maximum(1_000_000)) }),
    z.strictObject({ pixels: pixelsSchema }),
  ]),
});
export type ActivationsStudy = z.infer<typeof activationsSchema>;

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
  /** Of the graph's node. */
  readonly name: string;
  readonly shape: TensorShape;
  /** [channels, height, width] */
  readonly values: Float32Array;
}

/** Above it the page, which keeps them for every run, would have no room. */
const MOST_VALUES = 32_000_000;

export function planActivations({
  image,
}: ActivationsStudy): StudyPlan<ActivationsResult, ActivationsResult> {
  return {
    needs: 'test' in image ? { split: 'test', images: image.test + 1 } : null,
    async *run(bench) {
      const { graph, tiles, weights } = bench.subject;
      const count = graph.nodes.reduce((sum, { shape }) => sum + valuesOf(shape), 0);
      if (count > MOST_VALUES) {
        throw new Error(
          `This network makes ${count.toLocaleString('en-US')} values of one image, too many to keep and draw ` +
            `(at most ${MOST_VALUES.toLocaleString('en-US')}). Use smaller images or narrower stages.`,
        );
      }
      if ('test' in image && image.test >= bench.images('test', image.test + 1)) {
        throw new Error(`There is no test image ${image.test.toLocaleString('en-US')}.`);
      }
      const { pixels, label } =
        'test' in image
          ? bench.data.image('test', image.test)
          : { pixels: image.pixels, label: null };
      const { values } = await bench.device.activations(
        { graph, kernelChoices: tiles },
        weights,
        pixels,
      );
      const layers = graph.nodes.map(({ name, shape }) => ({
        ...{ name, shape },
        values: values.get(name) ?? new Float32Array(),
      }));
      const logits = layers[graph.output]?.values ?? null;
      const [probabilities = []] = softmaxRows(logits, 1);
      return { kind: 'activations', layers, probabilities, pixels: pixels.slice(), label };
    },
  };
}

const valuesOf = ({ channels, height, width }: TensorShape): number => channels * height * width;

/** What every layer of a network makes of one image. */
import { normalizationOf } from '../../data/normalization.ts';
import type { TensorShape } from '../../model/graph.ts';
import { softmaxRows } from '../evaluation.ts';
import type { StudyPlan } from './kind.ts';
import type { ActivationsResult, ActivationsStudy } from './study.ts';
import { t } from '../../text/t.ts';

/** Above it the page, which keeps them for every run, would have no room. */
const MOST_VALUES = 32_000_000;

export function planActivations({
  image,
}: ActivationsStudy): StudyPlan<ActivationsResult, ActivationsResult> {
  return {
    needs: 'test' in image ? { split: 'test', images: image.test + 1 } : null,
    async *run(context) {
      const { graph, kernelChoices, weights, config } = context.subject;
      const normalization = normalizationOf(config.data);
      const count = graph.nodes.reduce((sum, { shape }) => sum + valuesOf(shape), 0);
      if (count > MOST_VALUES) {
        throw new Error(
          t`This network makes ${count.toLocaleString('en-US')} values of one image, too many to keep and draw (at most ${MOST_VALUES.toLocaleString('en-US')}). Use smaller images or narrower stages.`,
        );
      }
      if ('test' in image && image.test >= context.images('test', image.test + 1)) {
        throw new Error(t`There is no test image ${image.test.toLocaleString('en-US')}.`);
      }
      const { pixels, label } =
        'test' in image
          ? context.data.image('test', image.test)
          : { pixels: image.pixels, label: null };
      const options = { graph, kernelChoices, normalization };
      const [made] = await context.device.activations(options, weights, [pixels]);
      const layers = graph.nodes.map(({ name, shape }) => ({
        ...{ name, shape },
        values: made?.values.get(name) ?? new Float32Array(),
      }));
      const logits = layers[graph.output]?.values ?? null;
      const [probabilities = []] = softmaxRows(logits, 1);
      return { kind: 'activations', layers, probabilities, pixels: pixels.slice(), label };
    },
  };
}

const valuesOf = ({ channels, height, width }: TensorShape): number => channels * height * width;

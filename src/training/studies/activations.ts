/** What every layer of a network makes of one image. */
import { normalizationOf } from '../../data/normalization.ts';
import { softmaxRows } from '../evaluation.ts';
import { valuesOfImage } from './imageValues.ts';
import type { StudyPlan } from './kind.ts';
import type { ActivationsResult, ActivationsStudy } from './study.ts';
import { t } from '../../text/t.ts';

export function planActivations({
  image,
}: ActivationsStudy): StudyPlan<ActivationsResult, ActivationsResult> {
  return {
    needs: 'test' in image ? [{ split: 'test', images: image.test + 1 }] : [],
    async *run(context) {
      const { graph, kernelChoices, weights, config } = context.subject;
      const normalization = normalizationOf(config.data);
      valuesOfImage(graph);
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

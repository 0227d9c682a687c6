/** Dead units: ReLUs that give 0 for every one of some test images, by running statistics as in a test. */
import { normalizationOf } from '../../data/normalization.ts';
import { isExcitation } from '../../model/excitation.ts';
import type { LayerGraph, LayerNode } from '../../model/graph.ts';
import { valuesOfImage } from './imageValues.ts';
import type { StudyPlan } from './kind.ts';
import type { DeadUnitsResult, DeadUnitsStudy } from './study.ts';

/** Values of all layers a round, 64 MB: each round makes the network anew, and holds what all its images give. */
const ROUND_VALUES = 16_000_000;

export function planDeadUnits({
  images: wanted,
}: DeadUnitsStudy): StudyPlan<never, DeadUnitsResult> {
  return {
    needs: [{ split: 'test', images: wanted }],
    async *run(context) {
      const { graph, kernelChoices, weights, config } = context.subject;
      const options = { graph, kernelChoices, normalization: normalizationOf(config.data) };
      const images = context.images('test', wanted);
      const roundImages = Math.max(1, Math.floor(ROUND_VALUES / valuesOfImage(graph)));
      const relus = relusOf(graph).map(({ relu, layer }) => ({
        ...{ relu, layer },
        fired: new Uint8Array(relu.shape.channels * relu.shape.height * relu.shape.width),
      }));
      for (let first = 0; first < images; first += roundImages) {
        const count = Math.min(roundImages, images - first);
        const round = Array.from({ length: count }, (_, i) => {
          return context.data.image('test', first + i).pixels;
        });
        for (const { values } of await context.device.activations(options, weights, round)) {
          for (const { relu, fired } of relus) {
            const outputs = values.get(relu.name);
            if (outputs?.length !== fired.length) throw new Error(`${relu.name} has no outputs`);
            for (const [i, output] of outputs.entries()) if (output > 0) fired[i] = 1;
          }
        }
        if (context.isDue()) yield { done: first + count, total: images };
      }
      const layers = relus.map(({ layer, fired }) => {
        const units = fired.length;
        return { layer, units, dead: units - fired.reduce((sum, one) => sum + one, 0) };
      });
      return { kind: 'deadUnits', images, layers };
    },
  };
}

/** A network's ReLUs, each with the convolution whose output it takes, through BatchNorm and addition. */
function relusOf({ nodes }: LayerGraph): { readonly relu: LayerNode; readonly layer: string }[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'activation' || node.fn !== 'relu') return [];
    let from: LayerNode | undefined = node;
    // Of an addition, `input` is the branch.
    while (from !== undefined && from.kind !== 'conv') {
      from = 'input' in from ? nodes[from.input] : undefined;
    }
    return from === undefined || isExcitation(from) ? [] : [{ relu: node, layer: from.name }];
  });
}

import type { LayerGraph } from '../../model/graph.ts';
import { t } from '../../text/t.ts';

/** Above it the page, which keeps them for every run, would have no room. */
const MOST_VALUES = 32_000_000;

/** How many values a network's layers make of one image, all together. @throws Error where they are too many to keep. */
export function valuesOfImage({ nodes }: LayerGraph): number {
  const count = nodes.reduce(
    (sum, { shape: { channels, height, width } }) => sum + channels * height * width,
    0,
  );
  if (count > MOST_VALUES) {
    throw new Error(
      t`This network makes ${count.toLocaleString('en-US')} values of one image, too many to keep and draw (at most ${MOST_VALUES.toLocaleString('en-US')}). Use smaller images or narrower stages.`,
    );
  }
  return count;
}

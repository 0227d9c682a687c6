import { formatCount } from '../../charts/format.ts';
import { t } from '../../text/t.ts';

/** How many images a study looks at: `first 100` … `all 2,000`. */
export const imageOptions = (choices: readonly number[]) =>
  choices.map((images, i) => {
    const count = formatCount(images);
    return [images, i === choices.length - 1 ? t`all ${count}` : t`first ${count}`] as const;
  });

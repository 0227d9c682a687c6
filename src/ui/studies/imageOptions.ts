import { formatCount } from '../../charts/format.ts';

/** How many images a study looks at: `first 100` … `all 2,000`. */
export const imageOptions = (choices: readonly number[]) =>
  choices.map((images, i) => {
    const which = i === choices.length - 1 ? 'all' : 'first';
    return [images, `${which} ${formatCount(images)}`] as const;
  });

/** The labels of marks, which runs, their files and their exports keep in English, in the page's language. */
import { ENGINE_IDS, ENGINE_MARKS, ENGINE_NAMES } from '../engine/engineNames.ts';
import { t } from '../text/t.ts';

const FORMS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^learning rate (\S+)$/, (rate) => t`learning rate ${rate}`],
  [/^resumed$/, () => t`resumed`],
  [/^shortcuts on$/, () => t`shortcuts on`],
  [/^shortcuts off$/, () => t`shortcuts off`],
  [/^(\S+) shortcut on$/, (block) => t`${block} shortcut on`],
  [/^(\S+) shortcut cut$/, (block) => t`${block} shortcut cut`],
  [
    /^back to step (\d+), learning rate (\S+)$/,
    (step, rate) => t`back to step ${step}, learning rate ${rate}`,
  ],
  [/^cosine over (\d+) steps$/, (steps) => t`cosine over ${steps} steps`],
  [/^linear over (\d+) steps$/, (steps) => t`linear over ${steps} steps`],
  [/^1-cycle over (\d+) steps$/, (steps) => t`1-cycle over ${steps} steps`],
  [/^tests: one$/, () => t`tests on the images alone`],
  [/^tests: flip$/, () => t`tests on mirror images too`],
  [/^tests: crops$/, () => t`tests on six views`],
  [/^weights of (.*)$/s, (source) => t`weights of ${source}`],
  [/^new device, from step (\d+)$/, (step) => t`new device, from step ${step}`],
  ...ENGINE_IDS.map(
    (id) =>
      [
        new RegExp(`^${ENGINE_MARKS[id]}, from step (\\d+)$`),
        (step: string) => t`${ENGINE_NAMES[id]}, from step ${step}`,
      ] as const,
  ),
];

/** A label of no known form stays as it is. */
export function markWords(label: string): string {
  for (const [form, words] of FORMS) {
    const found = form.exec(label);
    if (found !== null) return words(...found.slice(1));
  }
  return label;
}

/** What arms are called, which results and files keep in English, in the page's language. */
import { t } from '../../text/t.ts';

/** By the English: what each is in words. */
export const FORMS: readonly (readonly [RegExp, (part: string) => string])[] = [
  [/^Plain$/, () => t`Plain`],
  [/^Residual$/, () => t`Residual`],
  [/^Plain, BatchNorm$/, () => t`Plain, BatchNorm`],
  [/^Residual, BatchNorm$/, () => t`Residual, BatchNorm`],
  [/^Plain, no norm$/, () => t`Plain, no norm`],
  [/^Residual, no norm$/, () => t`Residual, no norm`],
  [/^((?:Plain|ResNet)-\d+), BatchNorm$/, (net) => t`${net}, BatchNorm`],
  [/^((?:Plain|ResNet)-\d+), no norm$/, (net) => t`${net}, no norm`],
  [/^Option ([ABC])$/, (option) => t`Option ${option}`],
  [/^Basic-(\d+)$/, (depth) => t`Basic-${depth}`],
  [/^Bottleneck-(\d+)$/, (depth) => t`Bottleneck-${depth}`],
  [/^Pre-activation-(\d+)$/, (depth) => t`Pre-activation-${depth}`],
  [/^Zero-init-(\d+)$/, (depth) => t`Zero-init-${depth}`],
  [/^Warm-up$/, () => t`Warm-up`],
  [/^No warm-up$/, () => t`No warm-up`],
  [/^No BatchNorm$/, () => t`No BatchNorm`],
  [/^BatchNorm, whole batch$/, () => t`BatchNorm, whole batch`],
  [/^BatchNorm, (\d) at a time$/, (images) => t`BatchNorm, ${images} at a time`],
  [/^Group norm, (\d) at a time$/, (images) => t`Group norm, ${images} at a time`],
  [/^All cut$/, () => t`All cut`],
  [/^Always plain$/, () => t`Always plain`],
  [/^Constant rate$/, () => t`Constant rate`],
  [/^\+ linear to zero$/, () => t`+ linear to zero`],
  [/^\+ 1-cycle$/, () => t`+ 1-cycle`],
  [/^\+ Nesterov$/, () => t`+ Nesterov`],
  [/^\+ selective decay$/, () => t`+ selective decay`],
  [/^\+ label smoothing$/, () => t`+ label smoothing`],
  [/^\+ dirac initialisation$/, () => t`+ dirac initialisation`],
  [/^\+ weight averaging$/, () => t`+ weight averaging`],
  [/^\+ several views$/, () => t`+ several views`],
  [/^with Muon$/, () => t`with Muon`],
  [/^Identity$/, () => t`Identity`],
  [/^Both halved$/, () => t`Both halved`],
  [/^Shortcut halved$/, () => t`Shortcut halved`],
  [/^Exclusive gates$/, () => t`Exclusive gates`],
  [/^Gated shortcuts$/, () => t`Gated shortcuts`],
  [/^1×1 convolutions$/, () => t`1×1 convolutions`],
  [/^Dropout$/, () => t`Dropout`],
  [/^Original$/, () => t`Original`],
  [/^BatchNorm after$/, () => t`BatchNorm after`],
  [/^ReLU before$/, () => t`ReLU before`],
  [/^Pre-activation$/, () => t`Pre-activation`],
  [/^Constant depth$/, () => t`Constant depth`],
  [/^Survival (\S+)$/, (chance) => t`Survival ${chance}`],
  [/^(layer\S+) cut$/, (block) => t`${block} cut`],
];

/** A name of no known form stays as it is: `ResNet-110`, `ReLU`. */
export function armWords(name: string): string {
  for (const [form, words] of FORMS) {
    const found = form.exec(name);
    if (found !== null) return words(found[1] ?? '');
  }
  return name;
}

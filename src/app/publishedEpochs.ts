/** Epochs that published recipes take on CIFAR-10. */
import { t } from '../text/t.ts';

interface Rung {
  readonly label: string;
  /** Until 94 % of the test images are classified correctly. */
  readonly epochs: number;
}

/** Of airbench94, from its baseline up, each with all those before it (KellerJordan/cifar10-zoo). */
export const PUBLISHED_LADDER = [
  { label: t`baseline`, epochs: 35 },
  { label: t`+ patch whitening`, epochs: 21 },
  { label: t`+ dirac initialisation`, epochs: 18 },
  { label: t`+ rate of BatchNorm’s biases × 64`, epochs: 13.5 },
  { label: t`+ Lookahead`, epochs: 12 },
  { label: t`+ multi-crop test`, epochs: 10.8 },
  { label: t`+ alternating flip`, epochs: 9.9 },
  { label: t`with Muon`, epochs: 8 },
] as const satisfies readonly Rung[];

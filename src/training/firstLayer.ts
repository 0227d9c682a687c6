import { t } from '../text/t.ts';

/** Why a run that `awaitsImages` can't be looked into or given away. */
export const firstLayerMissing = (): string =>
  t`Its first layer is made from the images, which have not arrived yet. Press Step, and try again.`;

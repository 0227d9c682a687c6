/** A run's weights as a `.safetensors` file that torchvision's `load_state_dict` takes. */
import { CIFAR10_MEAN, CIFAR10_STD } from '../data/normalization.ts';
import type { RunConfig } from '../model/config.ts';
import type { StateDict } from '../model/graph.ts';
import { networkName } from '../model/naming.ts';
import { writeSafetensors } from '../weights/writeSafetensors.ts';

export interface WeightsOrigin {
  readonly config: RunConfig;
  readonly step: number;
  readonly classNames: readonly string[];
  /** Of the last test at this step; null: not tested there. */
  readonly testAccuracy: number | null;
}

/** Name and content of the file; `__metadata__` says all that is needed to use the weights. */
export function weightsFile(
  weights: StateDict,
  { config, step, classNames, testAccuracy }: WeightsOrigin,
): { fileName: string; bytes: ArrayBuffer } {
  const metadata: Record<string, string> = {
    format: 'pt',
    config: JSON.stringify(config),
    mean: JSON.stringify(CIFAR10_MEAN),
    std: JSON.stringify(CIFAR10_STD),
    classNames: JSON.stringify(classNames),
    step: `${step}`,
    ...(testAccuracy === null ? {} : { testAccuracy: `${testAccuracy}` }),
  };
  const fileName = `${networkName(config.model).toLowerCase()}-step-${step}.safetensors`;
  return { fileName, bytes: writeSafetensors(weights, metadata).buffer };
}

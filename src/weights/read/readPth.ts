/** Reads what `torch.save` writes since PyTorch 1.6: a zip file. */
import { mebibytes } from '../../containers/containerError.ts';
import { WeightsError } from '../weightsError.ts';
import { MAX_PICKLE_BYTES } from './limits.ts';
import { zipMetadata } from './metadata.ts';
import { metadataIn } from './pickledMetadata.ts';
import { readPickle } from '../../containers/pickle/readPickle.ts';
import type { PickleStorage, PickleValue } from '../../containers/pickle/value.ts';
import { isKind } from '../../containers/pickle/value.ts';
import { storageRules } from './legacyPth.ts';
import { groupsOf } from './torchCheckpoint.ts';
import type { WeightsFile } from './weightsFile.ts';
import type { ZipFile } from '../../containers/zip/zipFile.ts';
import { t } from '../../text/t.ts';

const PICKLE = 'data.pkl';

/** `name/` before `data.pkl`; null if the zip file is not a PyTorch checkpoint. */
export function pickleRoot(zip: ZipFile): string | null {
  const pickle = zip.names.find((name) => name === PICKLE || name.endsWith(`/${PICKLE}`));
  return pickle === undefined ? null : pickle.slice(0, -PICKLE.length);
}

/**
 * A checkpoint in a zip file: `data.pkl`, and one file per storage: `data/0`, `data/1`, …
 * @throws WeightsError naming what is wrong or not allowed.
 */
export function readPth(zip: ZipFile): WeightsFile {
  const root = pickleRoot(zip);
  if (root === null)
    throw new WeightsError(t`this is not a PyTorch file: there is no ${PICKLE} in it`);
  if (zip.has(`${root}constants.pkl`)) {
    throw new WeightsError(
      t`this is a TorchScript program, not weights. In PyTorch, save its weights: torch.save(torch.jit.load(file).state_dict(), "weights.pth").`,
    );
  }
  const order = `${root}byteorder`;
  const isBigEndian = zip.has(order) && text(zip.read(order)).trim() === 'big';
  if (zip.size(root + PICKLE) > MAX_PICKLE_BYTES) {
    throw new WeightsError(
      t`${PICKLE} takes ${mebibytes(zip.size(root + PICKLE))} (${mebibytes(MAX_PICKLE_BYTES)} at most)`,
    );
  }
  const pickle = zip.read(root + PICKLE);
  const rules = {
    ...storageRules,
    persistent(id: PickleValue): PickleValue {
      const value = storageRules.persistent(id);
      return isKind(value, 'storage') ? { ...value, isBigEndian } : value;
    },
  };
  const { value, end } = readPickle(pickle, rules);
  if (end !== pickle.length) throw new WeightsError(t`${PICKLE} continues after its end`);
  const groups = groupsOf(value, ({ key }: PickleStorage) => zip.read(`${root}data/${key}`));
  const metadata = new Map([...metadataIn(value), ...zipMetadata(zip, root)]);
  return { format: 'PyTorch', groups, metadata };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The split that a folder or file is meant for, by its usual names. */
export type SplitName = 'train' | 'test' | 'validation';

/** `train`, `train_set`, `seg_train` */
const NAMES: readonly (readonly [SplitName, RegExp])[] = [
  ['train', /^([a-z]+[_-])?(train|training|trn)([_-]?set)?$/],
  ['test', /^([a-z]+[_-])?(test|testing|tst|eval|evaluation)([_-]?set)?$/],
  ['validation', /^([a-z]+[_-])?(val|valid|validation|dev)([_-]?set)?$/],
];

/** @param name without its extension; null: none of the usual names. */
export function splitNamed(name: string): SplitName | null {
  const plain = name.toLowerCase();
  return NAMES.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}

/** By a file's name or a folder of its: `train-00000-of-00002.parquet`, `default/test/0000.parquet`. */
export function splitOfPath(path: string): SplitName | null {
  const parts = path.split('/').toReversed();
  for (const part of parts) {
    const [word = ''] = part.replace(/\.[a-z0-9]+$/i, '').split(/[-.\s]|_(?=\d)/);
    const split = splitNamed(word) ?? splitNamed(part);
    if (split !== null) return split;
  }
  return null;
}

/**
 * Training and test items of the three splits that there may be: validation stands in for a missing test.
 * @returns null where nothing is for training, or nothing for a test.
 */
export function givenSplit<T>(
  splits: ReadonlyMap<SplitName, readonly T[]>,
): { train: readonly T[]; test: readonly T[]; unused: readonly T[] } | null {
  const [train = [], test = [], validation = []] = (['train', 'test', 'validation'] as const).map(
    (name) => splits.get(name),
  );
  if (train.length === 0 || test.length + validation.length === 0) return null;
  return test.length > 0
    ? { train, test, unused: validation }
    : { train, test: validation, unused: [] };
}

/** What a checkpoint says of itself beside its weights: how images were normalised, and the names of the classes. */
import { isKind, itemsOf, type PickleValue } from '../../containers/pickle/value.ts';

const MAX_CLASSES = 1000;

export function metadataIn(value: PickleValue): Map<string, string> {
  const metadata = new Map<string, string>();
  if (!isKind(value, 'dict')) return metadata;
  for (const key of ['mean', 'std']) {
    const numbers = itemsOf(value.entries.get(key));
    if (numbers?.length === 3 && numbers.every((n) => typeof n === 'number')) {
      metadata.set(key, JSON.stringify(numbers));
    }
  }
  for (const key of ['classes', 'class_names', 'classNames']) {
    const names = itemsOf(value.entries.get(key));
    const isList = names !== null && names.length > 1 && names.length <= MAX_CLASSES;
    if (isList && names.every((name) => typeof name === 'string')) {
      metadata.set('classNames', JSON.stringify(names));
    }
  }
  return metadata;
}

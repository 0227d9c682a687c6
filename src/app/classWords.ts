/** What the page calls the classes of CIFAR-10 and of the synthetic shapes. What is stored and exported keeps their names. */
import type { SourceDescription } from '../data/types.ts';
import { t } from '../text/t.ts';

const WORDS: Readonly<Record<string, string>> = {
  airplane: t`airplane`,
  automobile: t`automobile`,
  bird: t`bird`,
  cat: t`cat`,
  deer: t`deer`,
  dog: t`dog`,
  frog: t`frog`,
  horse: t`horse`,
  ship: t`ship`,
  truck: t`truck`,
  disc: t`disc`,
  ring: t`ring`,
  square: t`square`,
  frame: t`frame`,
  triangle: t`triangle`,
  star: t`star`,
  cross: t`cross`,
  crescent: t`crescent`,
  bars: t`bars`,
  dots: t`dots`,
};

/** Names of other sets and of one's own images stay as they are. */
export const classWords = ({
  classNames,
  isCifar10,
  origin,
}: Pick<SourceDescription, 'classNames' | 'isCifar10' | 'origin'>): readonly string[] =>
  isCifar10 || origin === 'synthetic' ? classNames.map((name) => WORDS[name] ?? name) : classNames;

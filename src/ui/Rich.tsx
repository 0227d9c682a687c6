/** A text with marked parts: `<Rich text={t`See <a>the paper</a>.`} marks={{ a: (inner) => <a href="…">{inner}</a> }} />`. */
import { Fragment, type ReactNode } from 'react';

interface RichProps {
  /** Marks do not nest; `<x/>` is one without a text of its own. */
  readonly text: string;
  readonly marks: Readonly<Record<string, (inner: string) => ReactNode>>;
}

/** Part of the name of a button, which screen readers need alone. */
export const HIDDEN = {
  hidden: (inner: string) => <span className="visually-hidden">{inner}</span>,
};

const MARK = /<(\w+)(?:\/>|>(.*?)<\/\1>)/gs;

export function Rich({ text, marks }: RichProps) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const mark of text.matchAll(MARK)) {
    const [whole, name = '', inner = ''] = mark;
    parts.push(text.slice(end, mark.index), marks[name]?.(inner) ?? whole);
    end = mark.index + whole.length;
  }
  parts.push(text.slice(end));
  // In the order of the text, which does not change.
  return parts.map((part, i) => <Fragment key={`${i}`}>{part}</Fragment>);
}

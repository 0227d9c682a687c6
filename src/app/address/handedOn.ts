/**
 * An address as other programs hand it on: escaped once too often, with a document's entities in it, or with the
 * punctuation of the sentence around it.
 */

const ENTITIES: readonly (readonly [RegExp, string])[] = [
  [/&(?:amp|#38|#x26);/gi, '&'],
  [/&(?:equals|#61|#x3d);/gi, '='],
  [/&(?:comma|#44|#x2c);/gi, ','],
];

/** Times that a whole address may have been escaped. */
const MOST_ESCAPES = 3;

/** As text, and as browsers write it in an address. */
const QUOTES = ['"', '%22', '`', '%60', '%E2%80%9C', '%E2%80%9D', '%E2%80%99', '“', '”', '’', "'"];
const CLOSING: readonly (readonly [close: string, open: string])[] = [
  [')', '('],
  [']', '['],
  ['}', '{'],
  ['>', '<'],
  ['%3E', '%3C'],
  ['%C2%BB', '%C2%AB'],
  ['»', '«'],
];
/** Ends of a tag, of a sentence, of a line; longer ones first. */
const STOPS = [
  ...['&gt;', '&lt;', '&quot;', '&apos;', '&nbsp;', '&#39;', '&#x27;', '&#34;'],
  ...['%3C/a', '</a', '%3Cbr', '<br'],
  ...['.', ',', ';', ':', '!', '?', '*', '_', '…', '%E2%80%A6'],
  ...['%20', '%09', '%0A', '%0D', '%C2%A0', '%E2%80%8B', ' ', '\n', '\r', '\t'],
];

/** The address as it was written; one that was handed on unharmed is not changed. */
export function mended(address: string): string {
  let text = address.replace(/^(?:#|%23)+/i, '');
  for (let i = 0; i < MOST_ESCAPES && isEscapedWhole(text); i++) {
    const plain = unescapedOnce(text);
    if (plain === text) break;
    text = plain.replace(/^#+/, '');
  }
  for (const [entity, character] of ENTITIES) {
    while (entity.test(text)) text = text.replace(entity, character);
  }
  for (;;) {
    const end = surplusEnd(text);
    if (end === 0) return text;
    text = text.slice(0, -end);
  }
}

/** Whether not even its `=` and `&` are left. */
const isEscapedWhole = (text: string): boolean =>
  text.includes('%') && (!text.includes('=') || /^v=\d+%(?:25)*26/.test(text));

function unescapedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Characters at the end that belong to the text around the address; 0: none. */
function surplusEnd(text: string): number {
  const entry = text.slice(text.lastIndexOf('&') + 1);
  const upper = text.toUpperCase();
  const ends = (end: string) => upper.endsWith(end.toUpperCase());
  const count = (part: string) => entry.toUpperCase().split(part.toUpperCase()).length - 1;
  const stop = STOPS.find(ends);
  if (stop !== undefined) return stop.length;
  const quote = QUOTES.find(ends);
  if (quote !== undefined && count(quote) % 2 === 1) return quote.length;
  const closing = CLOSING.find(([close, open]) => ends(close) && count(close) > count(open));
  return closing?.[0].length ?? 0;
}

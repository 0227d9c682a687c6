import { t } from './t.ts';

/** `t`, or `english`. */
export type Say = typeof t;

/**
 * A text that is the same in English as another one and not in other languages: tc('status')`Training`, which the catalogue
 * has under `status|Training`.
 */
export const tc =
  (context: string): Say =>
  ([first = '', ...parts], ...values) => {
    const start = `${context}|`;
    const said = t(Object.assign([start + first, ...parts], { raw: [] }), ...values);
    return said.startsWith(start) ? said.slice(start.length) : said;
  };

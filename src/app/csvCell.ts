/** Cells of a CSV table (RFC 4180). */

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** An apostrophe in front, as OWASP advises, has a spreadsheet show a formula in place of running it. */
const harmless = (text: string): string =>
  FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;

/** Text in quotes. */
export const quotedCell = (text: string): string => `"${harmless(text).replaceAll('"', '""')}"`;

/** A number as it is, empty where it is not finite; text, quoted only where a comma, a quote or a line break asks for it. */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]/.test(value) ? quotedCell(value) : harmless(value);
}

/** Lines of a CSV table (RFC 4180). Every CSV of the program is made of them, so that none holds a formula. */

type Cell = string | number | undefined;

/**
 * Where a spreadsheet would begin a formula, blanks and quotes aside: at the front, or where one whose lists are separated
 * by semicolons begins a cell. Excel takes the wide signs of East Asian text, too.
 */
const FORMULA = /(?<=^|;)(?=[\s"]*[=+\-@＝＋－＠])/g;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** An apostrophe in front, as OWASP advises, has a spreadsheet show a formula in place of running it. */
const harmless = (text: string): string =>
  NUMBER.test(text) ? text : text.replaceAll(/[\t\r\n]+/g, ' ').replace(FORMULA, "'");

const quoted = (text: string): string => `"${harmless(text).replaceAll('"', '""')}"`;

/** A number as it is, empty where it is not finite; text, in quotes where it needs them. */
function csvCell(value: Cell, isQuoted = false): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return isQuoted || /[",;]/.test(value) ? quoted(value) : harmless(value);
}

/** Without its end. @param isQuoted whether all texts are in quotes. */
export const csvLine = (cells: readonly Cell[], isQuoted = false): string =>
  cells.map((cell) => csvCell(cell, isQuoted)).join(',');

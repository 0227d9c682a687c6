/** Lines of a CSV table (RFC 4180). Every CSV of the program is made of them, so that none holds a formula. */

type Cell = string | number | undefined;

/**
 * Where a spreadsheet would begin a formula, blanks and quotes aside: at the front, or where one whose lists are separated
 * by semicolons begins a cell. Excel takes the wide signs of East Asian text, too.
 */
const FORMULA = /(?<=^|;)(?=[\s"]*[=+\-@＝＋－＠])/g;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** An apostrophe in front, as OWASP advises, has a spreadsheet show a formula in place of running it. */
const harmless = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ').replace(FORMULA, "'");

/**
 * A number as it is, empty where it is not finite; text, in quotes where it needs them. Text that is a number is left alone
 * but at the front of a line: all of the line is one cell where lists are separated by semicolons.
 */
function csvCell(value: Cell, isFirst: boolean, isQuoted: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = NUMBER.test(value) && !isFirst ? value : harmless(value);
  return isQuoted || /[",;]/.test(value) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Without its end. @param isQuoted whether all texts are in quotes. */
export const csvLine = (cells: readonly Cell[], isQuoted = false): string =>
  cells.map((cell, i) => csvCell(cell, i === 0, isQuoted)).join(',');

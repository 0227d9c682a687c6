/** A run's curve as the page exports it, and how it differs from the undisturbed one. */

/** Times are the machine's own. */
const TIMES: ReadonlySet<string> = new Set(['elapsed_ms']);
/** When a run is tested depends on how fast it trains and when it is paused; what a test measures does not. */
const TESTS: ReadonlySet<string> = new Set(['test_loss', 'test_accuracy']);

interface Row {
  readonly run: string;
  readonly step: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Curve {
  /** By run and step. */
  readonly rows: ReadonlyMap<string, Row>;
}

export interface Difference {
  /** Steps that the undisturbed run has and this one lacks: of the run that lacks most. */
  readonly missing: number;
  /** The first cell that differs, in words; null: none. */
  readonly wrong: string | null;
}

/** @param csv as `app/csv.ts` writes it; lines that hold only a test are left out. */
export function parseCurve(csv: string): Curve {
  const [header = '', ...lines] = csv.trim().split(/\r?\n/);
  const columns = header.split(',');
  const rows = new Map<string, Row>();
  for (const line of lines) {
    const values = cellsOf(line);
    const cells = new Map(columns.map((column, i) => [column, values[i] ?? '']));
    const [run = '', step = ''] = [cells.get('run'), cells.get('step')];
    if (cells.get('steps_in_row') === '0') continue;
    rows.set(`${run} ${step}`, { run, step: Number(step), cells });
  }
  return { rows };
}

/** A line's cells; names with a comma are in quotes. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );

/** @param upTo steps below this one are wanted. */
export function compareCurves(
  whole: Curve,
  got: Curve,
  upTo = Number.POSITIVE_INFINITY,
): Difference {
  const missing = new Map<string, number>();
  let wrong: string | null = null;
  for (const [key, row] of whole.rows) {
    const other = got.rows.get(key);
    if (other !== undefined) wrong ??= differingCell(row, other);
    else if (row.step < upTo) missing.set(row.run, (missing.get(row.run) ?? 0) + 1);
  }
  for (const [key] of got.rows) {
    if (!whole.rows.has(key)) wrong ??= `${key}: the undisturbed run has no such step`;
  }
  return { missing: Math.max(0, ...missing.values()), wrong };
}

function differingCell(whole: Row, got: Row): string | null {
  for (const [column, value] of whole.cells) {
    const other = got.cells.get(column);
    if (TIMES.has(column) || other === value) continue;
    if (TESTS.has(column) && (value === '' || other === '')) continue;
    return `${whole.run}, step ${whole.step}, ${column}: ${other} instead of ${value}`;
  }
  return null;
}

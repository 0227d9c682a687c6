/**
 * Unrolls loops in `.wgsl` files as text. WGSL has no arrays that are sure to live in registers, so a tile of
 * accumulators must be spelled out, one variable each; this writes them out.
 *
 *     #for p in 0..PIXELS          the lines up to #end once for each p = 0, 1, …, PIXELS - 1
 *     #if p + 1 < PIXELS           the lines up to #else or #end, if the value is not 0
 *     #else
 *     #end
 *     let x${p + 1} = y$p;         ${expression} and $name become an integer
 *
 * Expressions are integers: + - * / % (division rounds down, so that a remainder has its divisor's sign), comparisons
 * (1 or 0), && || !, parentheses, names of constants and loop variables. A directive stands alone on its line.
 */
export type TemplateConstants = Readonly<Record<string, number | boolean>>;

type Scope = ReadonlyMap<string, number>;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** A fault of the template; the message begins with its line. */
export class TemplateError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = 'TemplateError';
  }
}

/** Texts already expanded, by source and then by constants: a deep network asks for the same few texts thousands of times. */
const expanded = new Map<string, Map<string, string>>();
/** Texts kept per source. Only trying out many shapes makes more, and those are expanded again when needed. */
const MOST_KEPT = 512;

/**
 * Expands `source`.
 * @throws TemplateError for unknown names or directives, malformed expressions, and blocks without an end.
 */
export function expandTemplate(source: string, constants: TemplateConstants): string {
  const known = expanded.get(source) ?? new Map<string, string>();
  expanded.set(source, known);
  const key = JSON.stringify(constants);
  const before = known.get(key);
  if (before !== undefined) return before;
  const lines = source.split('\n').map((text, i) => ({ number: i + 1, text }));
  const scope = new Map(Object.entries(constants).map(([name, value]) => [name, Number(value)]));
  const out: string[] = [];
  expandLines(lines, scope, out);
  const text = out.join('\n');
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, text);
  return text;
}

const DIRECTIVE = /^\s*#(\w+)\s*(.*?)\s*$/;
const FOR = /^([A-Za-z]\w*)\s+in\s+(.+?)\.\.(.+)$/;

const directiveOf = (line: Line): string | undefined => DIRECTIVE.exec(line.text)?.[1];

function expandLines(lines: readonly Line[], scope: Scope, out: string[]): void {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line;
    const match = DIRECTIVE.exec(line.text);
    if (match === null) {
      out.push(substitute(line, scope));
      continue;
    }
    const [, directive, rest = ''] = match;
    const { middle, end } = findEnd(lines, i);
    if (directive === 'for') {
      const [, name, from, to] = FOR.exec(rest) ?? [];
      if (name === undefined || from === undefined || to === undefined) {
        throw new TemplateError(
          line.number,
          `expected "#for name in from..to", got "#for ${rest}"`,
        );
      }
      if (middle !== null) throw new TemplateError(line.number, '#else belongs to #if, not #for');
      const last = evaluate(to, scope, line.number);
      for (let value = evaluate(from, scope, line.number); value < last; value++) {
        expandLines(lines.slice(i + 1, end), new Map(scope).set(name, value), out);
      }
    } else if (directive === 'if') {
      const isTrue = evaluate(rest, scope, line.number) !== 0;
      const chosen = isTrue
        ? lines.slice(i + 1, middle ?? end)
        : lines.slice((middle ?? end) + 1, end);
      expandLines(chosen, scope, out);
    } else {
      throw new TemplateError(line.number, `unexpected #${directive}`);
    }
    i = end;
  }
}

/** Where the block opened by line `start` ends, and its own `#else` if it has one. */
function findEnd(lines: readonly Line[], start: number): { middle: number | null; end: number } {
  let depth = 0;
  let middle: number | null = null;
  for (let i = start; i < lines.length; i++) {
    const directive = directiveOf(lines[i] as Line);
    if (directive === 'for' || directive === 'if') depth++;
    if (directive === 'else' && depth === 1) middle = i;
    if (directive === 'end' && --depth === 0) return { middle, end: i };
    if (depth === 0) break;
  }
  const opening = lines[start] as Line;
  const name = directiveOf(opening) ?? '';
  const problem = name === 'for' || name === 'if' ? `#${name} has no #end` : `unexpected #${name}`;
  throw new TemplateError(opening.number, problem);
}

function substitute(line: Line, scope: Scope): string {
  return line.text.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z]\w*))/g,
    (_, braced?: string, name?: string) =>
      String(evaluate(braced ?? name ?? '', scope, line.number)),
  );
}

/** Binary operators, loosest first. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  {
    '*': (a, b) => a * b,
    '/': (a, b) => Math.floor(a / b),
    '%': (a, b) => a - b * Math.floor(a / b),
  },
];

const TOKEN = /\s*(\d+|[A-Za-z]\w*|\|\||&&|[=!<>]=|[-+*/%<>!()])/y;

/** Recursive descent: no `eval`, which a content security policy forbids. */
function evaluate(expression: string, scope: Scope, line: number): number {
  const malformed = () => new TemplateError(line, `malformed expression "${expression}"`);
  const tokens: string[] = [];
  for (let at = 0; at < expression.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw malformed();
    tokens.push(token);
  }
  let next = 0;
  const binary = (level: number): number => {
    const operators = LEVELS[level];
    if (operators === undefined) return unary();
    let value = binary(level + 1);
    for (;;) {
      const token = tokens[next] ?? '';
      const operator = Object.hasOwn(operators, token) ? operators[token] : undefined;
      if (operator === undefined) return value;
      next++;
      const right = binary(level + 1);
      if (right === 0 && (token === '/' || token === '%')) {
        throw new TemplateError(line, `division by zero in "${expression}"`);
      }
      value = operator(value, right);
    }
  };
  const unary = (): number => {
    const token = tokens[next++] ?? '';
    if (token === '-') return -unary();
    if (token === '!') return Number(unary() === 0);
    if (token === '(') {
      const value = binary(0);
      if (tokens[next++] !== ')') throw malformed();
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z]/.test(token)) throw malformed();
    const value = scope.get(token);
    if (value === undefined) throw new TemplateError(line, `unknown name "${token}"`);
    return value;
  };
  const value = binary(0);
  if (next !== tokens.length) throw malformed();
  return value;
}

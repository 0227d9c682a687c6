/** What the command line says of a weights file: `--set FIELD=VALUE` and `--ignore NAME`, as often as needed. */

export interface WeightsAnswers {
  /** Values by field of the run config; and `weights`, which of a file's networks is meant. */
  readonly settings: ReadonlyMap<string, unknown>;
  /** Names of tensors to leave out. */
  readonly ignore: readonly string[];
}

const OPTION = /^--(set|ignore)(?:=(.*))?$/s;

/**
 * Takes the answers out of the arguments.
 * @param fail throws, with what is wrong.
 */
export function takeAnswers(
  args: readonly string[],
  fail: (message: string) => never,
): WeightsAnswers & { readonly rest: readonly string[] } {
  const settings = new Map<string, unknown>();
  const ignore: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [, option, inline] = OPTION.exec(args[at] ?? '') ?? [];
    if (option === undefined) {
      rest.push(args[at] ?? '');
      continue;
    }
    if (inline === undefined) at++;
    const value = inline ?? args[at] ?? '';
    if (value === '') fail(`--${option} needs a value`);
    if (option === 'ignore') {
      ignore.push(value);
      continue;
    }
    const equals = value.indexOf('=');
    if (equals < 1) fail(`--set ${value}: not of the form FIELD=VALUE`);
    settings.set(fullField(value.slice(0, equals)), parsedValue(value.slice(equals + 1)));
  }
  return { settings, ignore, rest };
}

/** `paddingA` → `model.paddingA` */
const fullField = (field: string): string =>
  field.includes('.') || field === 'weights' ? field : `model.${field}`;

/** JSON if it is, else text: `true`, `0.001`, `[0.5,0.5,0.5]`, `end`. */
function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const SERVER_ARGS: readonly string[];
export function findChromium(
  env?: Readonly<Record<string, string | undefined>>,
  usual?: readonly string[],
): Promise<string | null>;
export function ensureChromium(): Promise<string>;
export function swiftShaderOf(chromium: string): string | null;

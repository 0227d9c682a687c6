export function selfSigned(
  names: readonly string[],
  nowMs?: number,
): { readonly key: string; readonly cert: string };

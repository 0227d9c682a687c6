export const NOBODY: string;
export function frameAncestors(text: string | undefined): string;

export const ROOT: string;
export function goToCaller(script: string): void;
export function fail(message: string): never;
export function runScript(main: () => Promise<void>): Promise<void>;
export function ensureInstalled(root?: string): Promise<void>;
export function missingPackages(root: string): string[];

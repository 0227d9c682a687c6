import type { IncomingMessage, ServerResponse } from 'node:http';

export const DATA_FILES: readonly string[];
export const DATA_SETS: readonly string[];
export function dataFolder(env?: Readonly<Record<string, string | undefined>>): string;
export function hasData(folder: string): boolean;
export function leadsOut(folder: string): boolean;
export function dataMiddleware(
  folder?: string,
): (request: IncomingMessage, response: ServerResponse, next: () => void) => Promise<unknown>;

import type { IncomingMessage, ServerResponse } from 'node:http';

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export function pageListener(root: string, data?: string): Listener;
export function filePath(root: string, url: string): string | null;
export function serve(
  listener: Listener,
  port: number,
): Promise<{ url: string; port: number; close(): Promise<void> }>;

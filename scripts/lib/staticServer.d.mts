import type { IncomingMessage, ServerResponse } from 'node:http';

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

interface ServeOptions {
  readonly listen?: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

export function pageListener(
  root: string,
  data?: string,
  names?: readonly string[],
  ancestors?: string,
): Listener;
export function filePath(root: string, url: string): string | null;
export function serve(
  listener: Listener,
  port: number,
  options?: ServeOptions,
): Promise<{ url: string; port: number; close(): Promise<void> }>;

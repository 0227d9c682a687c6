import type { Continuation } from './origin.ts';
export const readmeText = (_: Continuation): string => 'x';

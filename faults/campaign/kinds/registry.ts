import type { Kind } from './kind.ts';
import { PAGE_LIFE } from './pageLife.ts';

export const KINDS: readonly Kind[] = [...PAGE_LIFE];

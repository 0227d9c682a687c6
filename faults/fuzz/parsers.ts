import { IMAGE_PARSERS } from './imageParsers.ts';
import type { Parser } from './parser.ts';
import { RECORD_PARSERS } from './recordParsers.ts';
import { WEIGHTS_PARSERS } from './weightsParsers.ts';

/** Every reader of what comes from outside the program. A new one is one entry in one of these lists. */
export const PARSERS: readonly Parser[] = [...WEIGHTS_PARSERS, ...IMAGE_PARSERS, ...RECORD_PARSERS];

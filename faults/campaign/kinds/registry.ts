import { COMMANDS } from './commands.ts';
import type { Kind } from './kind.ts';
import { NETWORK } from './network.ts';
import { PAGE_LIFE } from './pageLife.ts';
import { STORAGE } from './storage.ts';
import { TABS } from './tabs.ts';
import { TRAINING } from './training.ts';

/** Every kind of fault. A new one is one entry in one of these lists. */
export const KINDS: readonly Kind[] = [
  ...PAGE_LIFE,
  ...TABS,
  ...COMMANDS,
  ...STORAGE,
  ...NETWORK,
  ...TRAINING,
];

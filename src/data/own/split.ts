/** Which images of one's own are trained on and which are kept for the test, and in which order; the same every time. */
import { hash32 } from '../hash.ts';
import { t } from '../../text/t.ts';

const SPLIT_SEED = 0x7370_6c74;
const ORDER_SEED = 0x6f72_6465;
/** One image in six, as in CIFAR-10. */
const TEST_SHARE = 6;

/** The most that a run config can ask for. */
export const MAX_IMAGES = { train: 60_000, test: 10_000 } as const;

/** Whole numbers below `count` in an order that only seed and count decide (Fisher–Yates). */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((hash32(seed, count, i) / 0x1_0000_0000) * (i + 1));
    const other = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = other;
  }
  return order;
}

/** One in six of each class's items for the test, at least one where there are two. */
export function drawSplit<T>(
  items: readonly T[],
  labelOf: (item: T) => number,
): { train: T[]; test: T[] } {
  const byClass = new Map<number, T[]>();
  for (const item of items) {
    const label = labelOf(item);
    const others = byClass.get(label);
    if (others === undefined) byClass.set(label, [item]);
    else others.push(item);
  }
  const [train, test]: [T[], T[]] = [[], []];
  for (const [label, members] of byClass) {
    const held = Math.min(members.length - 1, Math.max(1, Math.floor(members.length / TEST_SHARE)));
    for (const [i, index] of shuffled(members.length, SPLIT_SEED + label).entries()) {
      const member = members[index];
      if (member !== undefined) (i < held ? test : train).push(member);
    }
  }
  return { train, test };
}

/** What is said of a split that was drawn. */
export const drawnRemark = (testImages: number): string =>
  testImages > 0
    ? t`One image in six of each class is kept for the test.`
    : t`No class has two images, so none is kept for the test.`;

/** In a fixed order in which classes alternate as they would by chance; no more than a run can use. */
export function mixed<T>(items: readonly T[], most: number): T[] {
  const order = shuffled(items.length, ORDER_SEED).subarray(0, most);
  return [...order].flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}

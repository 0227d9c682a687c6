import { describe, expect, it } from 'vitest';
import { folderOf } from '../../storage/folder.ts';
import { readSlots } from './reading.ts';
import { murmurHash } from './murmurHash.ts';
import { HEADER_BYTES, slotHeader } from './slot.ts';
import { Slots } from './slots.ts';
import { checkpointAt } from './testing/checkpoints.ts';
import { FakeDirectory } from './testing/fakeDirectory.ts';
import { unsealedCheckpoint } from './write.ts';

const fileAt = (step: number) => unsealedCheckpoint(checkpointAt(step));

async function claimed(directory = new FakeDirectory()) {
  const page = directory.page();
  const slots = await Slots.claim(folderOf(page.handle), 'a', true);
  if (slots === null) throw new Error('another page has them');
  /** As the next page reads them. */
  const reading = () => readSlots([...directory.files.values()]);
  const step = async () => {
    const found = await reading();
    return found?.kind === 'whole' ? found.checkpoint.runs[0]?.step : found;
  };
  return { directory, page, slots, reading, step };
}

describe('Slots', () => {
  it('hold the last two checkpoints, and are one page’s at a time', async () => {
    const { directory, page, slots, reading, step } = await claimed();
    expect(await reading()).toBeNull();
    for (const at of [1, 2, 3]) slots.write(fileAt(at));
    expect([...directory.files.keys()]).toEqual(['a.0.slot', 'a.1.slot']);
    expect(await reading()).toMatchObject({
      kind: 'whole',
      checkpoint: checkpointAt(3),
      damaged: null,
    });

    const folder = folderOf(directory.page().handle);
    expect(await Slots.claim(folder, 'a', false)).toBeNull();
    await expect(folder.remove('a.0.slot')).rejects.toThrow(DOMException);
    page.close();
    const next = await Slots.claim(folder, 'a', false);
    expect((await next?.read())?.kind).toBe('whole');
    next?.write(fileAt(4));
    expect(await step()).toBe(4);
    await expect(Slots.claim(folder, 'b', false)).rejects.toThrow(DOMException);
  });

  it.each([0, 1, 63, 64, 100, 1000])(
    'keep the checkpoint before when the page is killed %i bytes into a write',
    async (bytes) => {
      const { directory, page, slots, step } = await claimed();
      for (const at of [1, 2]) slots.write(fileAt(at));
      directory.killedAfter = bytes;
      expect(() => slots.write(fileAt(3))).toThrow('storage failed');
      directory.killedAfter = null;
      page.close();
      expect(await step()).toBe(2);
      const next = await claimed(directory);
      await next.slots.read();
      for (const at of [4, 5]) {
        next.slots.write(fileAt(at));
        expect(await step()).toBe(at);
      }
    },
  );

  it('pass over one that was damaged or cut off at any byte, and say so', async () => {
    const { directory, slots, reading } = await claimed();
    for (const at of [1, 2]) slots.write(fileAt(at));
    const whole = directory.files.get('a.1.slot') ?? new Uint8Array(0);
    const damaged = async (change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) => {
      directory.files.set('a.1.slot', change(whole.slice()));
      return reading();
    };
    const places = [0, 7, 8, 12, 16, 24, 32, 47, HEADER_BYTES, HEADER_BYTES + 9, whole.length - 1];
    for (const at of places) {
      const found = await damaged((bytes) => bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1));
      expect(found, `byte ${at}`).toMatchObject({
        kind: 'whole',
        checkpoint: { runs: [{ step: 1 }] },
        damaged: expect.stringMatching(/damaged/),
      });
    }
    for (const length of [1, 40, whole.length - 1]) {
      expect(await damaged((bytes) => bytes.slice(0, length))).toMatchObject({
        damaged: expect.stringMatching(/cut off|missing/),
      });
    }
  });

  it('that are both damaged are told, and so are those of a newer version', async () => {
    const { directory, slots, reading } = await claimed();
    slots.write(fileAt(1));
    slots.write(fileAt(2));
    const set = (name: string, at: number, value: number) =>
      directory.files.get(name)?.set([value], at);
    set('a.0.slot', 100, 255);
    set('a.1.slot', 100, 255);
    expect(await reading()).toEqual({
      kind: 'broken',
      reason: 'its checksum does not match: it was damaged.',
    });
    set('a.1.slot', 8, 2);
    expect((await reading())?.kind).toBe('broken');
    const later = slotHeader(new Uint8Array(0), 1);
    new DataView(later.buffer).setUint32(8, 2, true);
    const [mark = 0] = murmurHash(later.subarray(0, 12), 0);
    new DataView(later.buffer).setUint32(12, mark, true);
    directory.files.set('a.1.slot', later);
    expect(await reading()).toMatchObject({
      kind: 'newer',
      reason: expect.stringMatching(/slot of version 2; this program reads version 1/),
    });
  });

  it('are as they were where the disk is full', async () => {
    const { directory, slots, step } = await claimed();
    slots.write(fileAt(3));
    directory.quota = fileAt(3).length + 200;
    expect(() => slots.write(fileAt(4))).toThrow('no room left');
    expect(await step()).toBe(3);
    directory.quota = Number.POSITIVE_INFINITY;
    slots.write(fileAt(5));
    expect(await step()).toBe(5);
  });
});

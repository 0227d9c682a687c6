import { describe, expect, it } from 'vitest';
import { folderOf } from '../storage/folder.ts';
import { FakeDirectory } from './checkpoint/testing/fakeDirectory.ts';
import { locks, stepOf, Visit } from './testing/visit.ts';

describe('CheckpointKeeper, where pages are reloaded or copied', () => {
  it('three pages keep at once, and each finds its own again, however they are reloaded', async () => {
    const directory = new FakeDirectory();
    const pages = [10, 20, 30].map((step) => ({ step, visit: new Visit(directory) }));
    const lineages: string[] = [];
    for (const { step, visit } of pages) {
      expect((await visit.offered()).offer).toBeNull();
      for (let i = 0; i < 3; i++) lineages[step] = (await visit.keep(step + i)).lineage;
    }
    expect(directory.files.size).toBe(6);
    for (const { visit } of pages) visit.close(true);
    const again = await Promise.all(
      pages.toReversed().map(async ({ step }) => {
        const visit = new Visit(directory);
        return [step, stepOf(await visit.offered(lineages[step]))] as const;
      }),
    );
    expect(Object.fromEntries(again)).toEqual({ 10: 12, 20: 22, 30: 32 });
  });

  it('never offers, takes or deletes what a living page has, and waits for a page that is being reloaded', async () => {
    const directory = new FakeDirectory();
    const living = new Visit(directory);
    const { lineage } = await living.keep(5);
    // As after “Duplicate tab”, which copies what the tab had noted.
    const copy = new Visit(directory, { locks: locks(true) });
    expect(await copy.offered(lineage)).toMatchObject({ offer: null, own: 'elsewhere' });
    await copy.keeper.discard(lineage);
    expect((await copy.next('checkpointFailed')).message).toMatch(/can’t be deleted/);
    await copy.keep(1);
    expect((await living.keep(6)).lineage).toBe(lineage);

    const other = new Visit(directory);
    living.close();
    expect(stepOf(await other.offered())).toBe(6);
    // Somebody else is quicker.
    const quicker = new Visit(directory);
    expect(stepOf(await quicker.offered(lineage))).toBe(6);
    expect(await other.keeper.take()).toBe('elsewhere');
    await other.keeper.offerAnother();
    expect(await other.next('checkpointFound')).toMatchObject({ offer: null });

    // The page before is gone, and its worker has the files a good while longer.
    let waitedMs = 0;
    const late = new Visit(directory, {
      delay: async (ms) => {
        waitedMs += ms;
        if (waitedMs > 20_000) quicker.close(true);
        await new Promise((resolve) => setTimeout(resolve, 0));
      },
    });
    expect(stepOf(await late.offered(lineage))).toBe(6);
  });

  it('finds its own where storage fails once', async () => {
    const directory = new FakeDirectory();
    const page = new Visit(directory);
    const { lineage } = await page.keep(7);
    page.close();
    const good = folderOf(directory.page().handle);
    let failures = 1;
    const folder = async () => {
      if (failures-- > 0) throw new Error('no answer in time');
      return good;
    };
    expect(stepOf(await new Visit(directory, { folder }).offered(lineage))).toBe(7);
    failures = 2;
    const unlucky = new Visit(directory, { folder });
    expect(await unlucky.offered(lineage)).toMatchObject({ own: 'missing', offer: null });
  });

  it('leaves a training that was free only for the moment of a reload to its own page', async () => {
    const directory = new FakeDirectory();
    const page = new Visit(directory);
    const { lineage } = await page.keep(7);
    page.close(true);
    let reloaded: Visit | null = null;
    const other = new Visit(directory, {
      delay: async () => {
        reloaded = new Visit(directory);
        expect(stepOf(await reloaded.offered(lineage))).toBe(7);
      },
    });
    expect((await other.offered()).offer).toBeNull();
    expect(reloaded).not.toBeNull();
  });
});

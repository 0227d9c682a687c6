import { expect, it } from 'vitest';
import { LibraryError, parseStoredRun, type StoredRun, toRecord } from './storedRun.ts';
import { storedRun } from './testing/memoryLibrary.ts';

const stored = (change: object = {}): unknown =>
  structuredClone({ ...toRecord(storedRun('a')), ...change });

it('gives a record back as it was stored', () => {
  expect(parseStoredRun(stored())).toEqual(storedRun('a'));
});

it('says where a record is wrong', () => {
  const reasonOf = (record: unknown) => {
    try {
      parseStoredRun(record);
      return 'none';
    } catch (error) {
      return error instanceof LibraryError ? error.message : 'another error';
    }
  };
  expect(reasonOf(null)).toBe('its record has no version');
  expect(reasonOf({ id: 'a' })).toBe('its record has no version');
  expect(reasonOf(stored({ step: -1 }))).toMatch(/^its record is wrong at step: /);
  expect(reasonOf(stored({ bestAccuracy: 2 }))).toMatch(/^its record is wrong at bestAccuracy: /);
  expect(reasonOf(stored({ surplus: 1 }))).toMatch(/surplus/);
  expect(reasonOf(stored({ config: { version: 1, model: { block: 'odd' } } }))).toMatch(
    /^its record is wrong at config\.model\.block: /,
  );
  expect(reasonOf(stored({ version: 9 }))).toBe(
    'a newer version of this page wrote it (9; this one reads 1)',
  );
});

it('brings records of older versions up to date, step by step', () => {
  const migrations = [
    // Version 1 called it `title`.
    ({ title, ...record }: Record<string, unknown>) => ({ ...record, network: title }),
    (record: Record<string, unknown>) => ({ ...record, isPinned: false }),
  ];
  const { network, isPinned: _, ...old } = toRecord(storedRun('a'));
  const expected: StoredRun = { ...storedRun('a'), version: 3, isPinned: false };
  expect(parseStoredRun({ ...old, title: network, version: 1 }, migrations)).toEqual(expected);
  expect(parseStoredRun({ ...old, network, version: 2 }, migrations)).toEqual(expected);
  expect(
    parseStoredRun({ ...toRecord(storedRun('a')), isPinned: true, version: 3 }, migrations)
      .isPinned,
  ).toBe(true);
});

it('fills in config fields that are newer than the record', () => {
  const record = parseStoredRun(stored({ config: { version: 1 } }));
  expect(record.config.training.batchSize).toBe(128);
});

import { expect, it } from 'vitest';
import { failureOf } from './failure.ts';
import { failed, inTime, storageError } from './storageError.ts';
import { storageNotices } from '../app/storageNotices.ts';
import { noteTrouble, onTrouble, type StorageTrouble } from './troubles.ts';

it.each([
  [new DOMException('', 'QuotaExceededError'), 'full'],
  [new DOMException('Access is denied for this document.', 'SecurityError'), 'refused'],
  [
    new DOMException('The user denied permission to access the database.', 'UnknownError'),
    'refused',
  ],
  [new DOMException('Internal error opening backing store', 'UnknownError'), 'broken'],
  [new TypeError('x is undefined'), 'broken'],
  [failed('missing'), 'missing'],
  ['text', 'broken'],
])('%s means %s', (error, failure) => {
  expect(failureOf(error)).toBe(failure);
});

it('has no browser’s own words in its message', () => {
  const error = storageError(new DOMException('Internal error 0x80', 'UnknownError'));
  expect(error.message).toBe('this browser’s storage failed');
});

it('gives up on what never answers', async () => {
  const never = new Promise<never>(() => undefined);
  expect(failureOf(await inTime(never, 1).catch((error: unknown) => error))).toBe('broken');
  expect(await inTime(Promise.resolve(4), 1000)).toBe(4);
});

it('tells each trouble once, also to those who listen later', () => {
  const heard: StorageTrouble[] = [];
  const end = onTrouble((trouble) => heard.push(trouble));
  heard.length = 0;
  noteTrouble('tabs', new DOMException('', 'SecurityError'));
  noteTrouble('tabs', new DOMException('other words', 'SecurityError'));
  noteTrouble('tabs', failed('missing'));
  end();
  noteTrouble('tabs', failed('full'));
  expect(heard.map(({ failure }) => failure)).toEqual(['refused', 'missing']);
  const late: StorageTrouble[] = [];
  onTrouble((trouble) => late.push(trouble))();
  expect(late.filter(({ use }) => use === 'tabs')).toHaveLength(3);
});

it('says each kind of failure in one notice that lists what does not last', () => {
  const refused = (use: StorageTrouble['use']) => ({ use, failure: 'refused' }) as const;
  const notices = storageNotices(
    [
      ...[refused('settings'), refused('checkpoints'), refused('runs'), refused('kernels')],
      { use: 'imageCache', failure: 'full' },
      { use: 'tabs', failure: 'missing' },
    ],
    true,
  );
  expect(notices.map(({ failure }) => failure)).toEqual(['refused', 'full']);
  expect(notices[0]?.text).toContain('closed or reloaded: kept runs, checkpoints and settings.');
  expect(notices[1]?.text).toContain('downloaded images');
});

it('says over plain http what https would add', () => {
  const missing = [{ use: 'checkpoints', failure: 'missing' }] as const;
  const [insecure] = storageNotices(missing, false);
  expect(insecure?.title).toBe('This page was loaded over plain http.');
  expect(insecure?.text).toContain('all cores and the graphics processor');
  expect(storageNotices(missing, true)[0]?.title).toBe('This browser can’t store everything.');
});

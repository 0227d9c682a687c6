import { expect, test } from 'vitest';
import { frameCode, framers } from './framers.ts';

const PAGE = '<!doctype html><html lang="en" data-embed>';
const answer = (headers: Record<string, string>, page = PAGE, status = 200) =>
  framers('https://host.example/sub/', async (url) => {
    expect(String(url)).toBe('https://host.example/sub/embed.html');
    return new Response(page, { status, headers });
  });
const policy = (ancestors: string) => ({
  'Content-Security-Policy': `default-src 'none', frame-ancestors ${ancestors}`,
});

test.each(['en', 'zh-CN'] as const)('a frame copied from a page in %s stays so', (language) => {
  expect(frameCode('https://host.example/sub/?lang=zh-CN#v=1&lock=cut', language)).toContain(
    ` src="https://host.example/sub/embed.html?lang=${language}#v=1&amp;lock=cut" `,
  );
});

test('says whom the headers let frame the page', async () => {
  expect(await answer(policy("'none'"))).toContain('lets no other site');
  expect(await answer(policy("'self' https://moodle.example"))).toBe(
    'By this server’s headers, pages of https://host.example, https://moodle.example may show it.',
  );
  for (const headers of [policy('*'), {}]) {
    expect(await answer(headers)).toBe('By this server’s headers, any site may show it.');
  }
});

test('heeds the other ways of a server to refuse', async () => {
  expect(await answer({ 'X-Frame-Options': 'SAMEORIGIN' })).toContain('lets no other site');
  expect(await answer({ ...policy('*'), 'X-Frame-Options': 'DENY' })).toContain('any site');
  const both = "frame-ancestors *, frame-ancestors 'none'";
  expect(await answer({ 'Content-Security-Policy': both })).toContain('lets no other site');
});

test('claims nothing of a page that is not there, or of a server that does not answer', async () => {
  expect(await answer({}, 'Not found', 404)).toContain('has no embed.html');
  expect(await answer({}, '<html lang="en">')).toContain('has no embed.html');
  expect(await framers('https://host.example/', () => Promise.reject(new TypeError()))).toBe(
    'The server does not answer, so who may show the page is not known.',
  );
});

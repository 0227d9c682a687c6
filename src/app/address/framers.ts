/** The page in a frame: HTML for a course page, and who may show it, by what its server answers. */
import { type Language, withLanguage } from '../../text/choice.ts';
import { t } from '../../text/t.ts';

/** The page as a part of other pages: the build writes it (`scripts/lib/embedPlugin.ts`). */
const EMBED_PAGE = 'embed.html';

/** Of its `<html>` alone: some servers answer with another page where there is none of a name. */
const EMBED_MARK = /<html[^>]* data-embed/;

/**
 * HTML of the frame. A course page is in one language, whatever its readers' browsers prefer.
 * @param url of the link, in full.
 */
export function frameCode(url: string, language: Language): string {
  const src = new URL(EMBED_PAGE, url);
  src.hash = new URL(url).hash;
  // What the address says is escaped there, but for its apostrophes and ampersands.
  const attribute = withLanguage(src.href, language)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;');
  return `<iframe src="${attribute}" title="Residual Playground" width="100%" height="760" style="border: 0" loading="lazy" allow="cross-origin-isolated; fullscreen; clipboard-write"></iframe>`;
}

/**
 * In a sentence for people: what the headers of `embed.html` say. Whether a page that is isolated itself can show it is
 * another matter (`docs/hosting.md`).
 * @param base of the page, in full.
 */
export async function framers(base: string, fetching = fetch): Promise<string> {
  const url = new URL(EMBED_PAGE, base);
  const response = await fetching(url, { cache: 'no-store' }).catch(() => null);
  if (response === null) {
    return t`The server does not answer, so who may show the page is not known.`;
  }
  if (!response.ok || !EMBED_MARK.test(await response.text())) {
    return t`This server has no ${EMBED_PAGE}, so this HTML will not work. \`npm run build\` writes it.`;
  }
  return framersOf(response.headers, url.origin);
}

const NOBODY = t`This server lets no other site show the page. Whoever runs the server can name the course’s site (docs/hosting.md, “Inside a course page”).`;

function framersOf(headers: Headers, origin: string): string {
  const policies = headers.get('Content-Security-Policy') ?? '';
  const lists = [...policies.matchAll(/frame-ancestors([^;,]*)/gi)].map(([, list = '']) =>
    list.trim(),
  );
  if (lists.some((list) => list === '' || list === "'none'")) return NOBODY;
  const limits = lists.filter((list) => list !== '*');
  if (limits.length > 0) {
    const sites = limits.map((list) => list.replaceAll("'self'", origin).split(/\s+/).join(', '));
    return t`By this server’s headers, pages of ${sites.reduce((before, own) => t`${before}, and of these only ${own}`)} may show it.`;
  }
  // Browsers go by it only where no policy names the framers.
  const isRefused = lists.length === 0 && headers.has('X-Frame-Options');
  return isRefused ? NOBODY : t`By this server’s headers, any site may show it.`;
}

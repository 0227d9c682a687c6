/** Which sites may show `embed.html` in a frame: what a host says → the `frame-ancestors` of its header. */

/** Unless the host says otherwise. */
export const NOBODY = "'none'";

const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::(?:\d{1,5}|\*))?$/i;

/**
 * @param text origins with spaces or commas between them, such as `https://moodle.example.edu`; `self` for this site's own
 *   pages, `*` for any page. Empty or undefined: none.
 * @throws Error for anything else, which would allow what nobody meant or end the header
 */
export function frameAncestors(text) {
  const sites = (text ?? '').split(/[\s,]+/).filter((site) => site !== '');
  if (sites.length === 0) return NOBODY;
  return sites
    .map((site) => {
      const origin = site.replace(/\/$/, '');
      if (origin === '*' || ORIGIN.test(origin)) return origin;
      if (origin === 'self' || origin === "'self'") return "'self'";
      throw new Error(
        `${site} is not a site that can frame the page. Name an origin such as https://moodle.example.edu, self, or *.`,
      );
    })
    .join(' ');
}

/** Headers of the responses that serve the built page; `public/_headers` lists the same for static hosts. */
import { NOBODY } from './frameAncestors.mjs';

/** As `<meta>` in the built page, where `frame-ancestors` means nothing. */
export const META_POLICY = [
  "default-src 'none'",
  // WebAssembly, for training on the processor.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  // The public data set and publishing: the hub, and the hosts that it has large files downloaded from and uploaded to.
  "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** For the dev server too. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

export const SECURITY_HEADERS = {
  'Content-Security-Policy': `${META_POLICY}; frame-ancestors ${NOBODY}`,
  ...ISOLATION_HEADERS,
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The page as a part of other pages. */
export const EMBED_PAGE = 'embed.html';

/**
 * Its headers. A page that is isolated itself can only show what says that others may read it.
 * @param ancestors as `frameAncestors` gives them
 */
export const embedHeaders = (ancestors) => ({
  ...SECURITY_HEADERS,
  'Content-Security-Policy': `${META_POLICY}; frame-ancestors ${ancestors}`,
  'Cross-Origin-Resource-Policy': 'cross-origin',
});

/** Files under `assets/` carry a hash of their content in their name. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Ports of the tests' servers. */
/** Serves the built page and the mirror of the images. With another port two checkouts can be tested at once. */
export const PAGE_PORT = Number(process.env.E2E_PORT ?? 47_310);
/** Vite's server, for test pages that are not part of the build. */
export const SOURCE_PORT = PAGE_PORT + 1;

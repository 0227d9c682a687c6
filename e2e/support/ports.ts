/** Where the tests' servers listen. */
/** The built page, and the mirror of the images. Another port lets two checkouts be tested at once. */
export const PAGE_PORT = Number(process.env.E2E_PORT ?? 47_310);
/** Vite's server, for test pages that are no part of the build. */
export const SOURCE_PORT = PAGE_PORT + 1;

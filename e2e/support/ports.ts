/** Where the tests' servers listen. */
/** The built page, and the mirror of the images. */
export const PAGE_PORT = 47_310;
/** Vite's server, for test pages that are no part of the build. */
export const SOURCE_PORT = 47_311;

/** Ports of the tests' servers, and where they find the built page. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Serves the built page and the mirror of the images. With another port two checkouts can be tested at once. */
export const PAGE_PORT = Number(process.env.E2E_PORT ?? 47_310);
/** Vite's server, for test pages that are not part of the build. */
export const SOURCE_PORT = PAGE_PORT + 1;
/** Serves the built page to the sample of the campaign of faults, on an origin for each case. */
export const FAULTS_PORT = PAGE_PORT + 2;
/** The page, built once for all tests. */
export const BUILT_PAGE = join(tmpdir(), `residual-playground-e2e-${PAGE_PORT}`);

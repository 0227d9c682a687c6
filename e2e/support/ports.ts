/** Where the tests' servers are. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Serves the built page and the mirror of the images. With another port two checkouts can be tested at once. */
export const PAGE_PORT = Number(process.env.E2E_PORT ?? 47_310);
/** Vite's server, for test pages that are not part of the build. */
export const SOURCE_PORT = PAGE_PORT + 1;
/** A host that knows nothing but files. */
export const PLAIN_PORT = PAGE_PORT + 2;
/** Serves the built page to the sample of the campaign of faults, on an origin for each case. */
export const FAULTS_PORT = PAGE_PORT + 3;
/** A course page that has the page in a frame. */
export const COURSE_PORT = PAGE_PORT + 4;
/** The folder of what the tests build and serve. */
export const WORK = join(tmpdir(), `residual-playground-e2e-${PAGE_PORT}`);
/** The built page. */
export const BUILT = join(WORK, 'dist');

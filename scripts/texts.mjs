/** `npm run texts`: brings the catalogues of texts into line with the source. */
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
const { register } = await import('tsx/esm/api');
register();
const { updateCatalogue } = await import('./lib/catalogue.ts');
process.exitCode = updateCatalogue(process.argv.slice(2));

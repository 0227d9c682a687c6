/** `npm run check`: format, lint, types and the unit tests that need no adapter; for while one works. */
import { ensureInstalled } from './lib/install.mjs';
import { runStages, STATIC_STAGES, unitStage } from './lib/stages.mjs';

await ensureInstalled();
runStages([...STATIC_STAGES, unitStage('pure')]);

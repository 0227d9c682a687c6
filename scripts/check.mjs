/** `npm run check`, for use while working: format, lint, types and the unit tests that need neither an adapter nor patience. */
import { ensureInstalled } from './lib/install.mjs';
import { runStages, STATIC_STAGES, unitStage } from './lib/stages.mjs';

await ensureInstalled();
runStages([...STATIC_STAGES, unitStage('pure')]);

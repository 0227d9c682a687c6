/** What every npm command does first: check Node, and install the packages that are missing or of another version. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const MIN_NODE = [20, 19];

/** npm runs `script` in the project's folder; paths given to it are meant from where npm was called. */
export function goToCaller(script) {
  const { npm_lifecycle_event: running, INIT_CWD: caller } = process.env;
  if (running === script && caller !== undefined) process.chdir(caller);
}

/** Prints one line to stderr and ends the process: how every script fails. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Runs `main`; what it throws becomes the one line that the script fails with. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Installs what package-lock.json lists and `node_modules` lacks, with `npm ci`, and says so on stderr, so that the
 * command's own output stays clean. If that fails, ends the process with one line.
 */
export async function ensureInstalled(root = ROOT) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
    fail(
      `Node ${MIN_NODE.join('.')} or newer is needed; this is ${process.versions.node}. Install it from nodejs.org.`,
    );
  }
  const missing = missingPackages(root);
  if (missing.length === 0) return;
  console.error(`Installing packages (${missing.length} missing or outdated) …`);
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      // npm's report goes to stderr too.
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (error !== undefined)
    fail(`npm could not be started (${error.message}). Install Node with npm.`);
  if (status !== 0) {
    fail(
      `Packages could not be installed (npm ci ended with ${status}). Check the network, then run the command again.`,
    );
  }
}

/** Packages of package-lock.json that are not installed in the version it lists. Optional ones may be missing. */
export function missingPackages(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted)
    .filter(([path, { optional }]) => path.startsWith('node_modules/') && optional !== true)
    .filter(([path, { version }]) => installed[path]?.version !== version)
    .map(([path]) => path.slice('node_modules/'.length));
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

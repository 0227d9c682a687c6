/** Finds a Chromium to test in: the system's, or else installs one. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** What Chromium needs on a server; without WebGPU. */
export const SERVER_ARGS = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'];
const INSTALL_LIMIT_MS = 10 * 60_000;

/**
 * Path of a Chromium or Chrome on this machine, or null. `CHROMIUM_PATH` comes first.
 * @throws Error if CHROMIUM_PATH names nothing that can be run
 */
export async function findChromium(env = process.env, usual = USUAL_PATHS) {
  const chosen = env.CHROMIUM_PATH;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is ${chosen}, which cannot be run. Correct it or unset it.`);
  }
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...usual, ...onPath].find(isExecutable) ?? (await playwrightChromium());
}

/**
 * Path of a Chromium or Chrome. If there is none, installs one: Playwright's, else Debian's (as root).
 * @throws Error in one line saying what to do
 */
export async function ensureChromium() {
  const found = await findChromium();
  if (found !== null) return found;
  console.error('No Chromium or Chrome found. Installing Playwright’s …');
  if (run('npx', ['playwright', 'install', 'chromium'])) {
    const installed = await playwrightChromium();
    if (installed !== null) return installed;
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('That failed. Installing Debian’s package chromium …');
    run('apt-get', ['update', '-q']);
    if (run('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'])) {
      const installed = await findChromium();
      if (installed !== null) return installed;
    }
  }
  throw new Error(
    'No Chromium or Chrome could be found or installed. Install one, or name it in CHROMIUM_PATH.',
  );
}

/** Vulkan's description file of the software driver that comes with a Chromium, or null. Debian puts it elsewhere. */
export function swiftShaderOf(chromium) {
  const folders = [dirname(realpathSync(chromium)), '/usr/lib/chromium'];
  const files = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json'));
  return files.find((file) => existsSync(file)) ?? null;
}

async function playwrightChromium() {
  try {
    const { chromium } = await import('@playwright/test');
    const path = chromium.executablePath();
    return isExecutable(path) ? path : null;
  } catch {
    return null;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(command, options) {
  const { status } = spawnSync(command, options, {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    timeout: INSTALL_LIMIT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

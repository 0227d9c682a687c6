/** "Continue in PyTorch": one zip with all it takes to go on training a run elsewhere, on one GPU or several. */
import { strToU8, type Zippable, zipSync } from 'fflate';
import { networkName } from '../../model/networkName.ts';
import { checkpointFile } from './checkpoint.ts';
import { IMAGE_FILES, imageFiles } from './imageFiles.ts';
import type { Continuation } from './origin.ts';
import { readmeText } from './readme.ts';
import { trainScript } from './trainScript.ts';

/** Zip's earliest date, so that the same run gives the same bytes. */
const MODIFIED = new Date(1980, 0, 1);

export const SCRIPT_FILE = 'train.py';

/** All files that a zip may hold, of whatever run. */
export const CONTINUATION_FILES: readonly string[] = [
  ...['README.md', SCRIPT_FILE, 'config.json', 'checkpoint.pth'],
  ...IMAGE_FILES,
];

/** The files of the zip, without their folder. */
export function continuationFiles(continuation: Continuation): Map<string, Uint8Array> {
  const { config } = continuation;
  return new Map([
    ['README.md', strToU8(readmeText(continuation))],
    [SCRIPT_FILE, strToU8(trainScript(continuation))],
    ['config.json', strToU8(JSON.stringify(config))],
    ['checkpoint.pth', checkpointFile(continuation)],
    ...imageFiles(continuation.images),
  ]);
}

/** Name and bytes of the zip, whose files are in one folder. */
export function continueInPyTorch(continuation: Continuation): {
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
} {
  const { config, step } = continuation;
  const folder = `${networkName(config.model).toLowerCase()}-step-${step}-pytorch`;
  const members: Zippable = {};
  for (const [name, content] of continuationFiles(continuation)) {
    // Weights hardly compress.
    members[`${folder}/${name}`] = [content, { level: name.endsWith('.pth') ? 0 : 6 }];
  }
  const bytes = zipSync(members, { mtime: MODIFIED });
  return { fileName: `${folder}.zip`, bytes };
}

/** What a zip file of weights says about itself: `metadata.json`, an object of strings. */
import * as z from 'zod/mini';
import { METADATA_FILE } from '../exportModel.ts';
import { WeightsError } from '../weightsError.ts';
import type { ZipFile } from '../../containers/zip/zipFile.ts';
import { t } from '../../text/t.ts';

const MAX_METADATA_BYTES = 1_000_000;

const schema = z.record(z.string(), z.string());

/** @param root the folder within the zip file, with its slash. @throws WeightsError if the entry is malformed. */
export function zipMetadata(zip: ZipFile, root: string): ReadonlyMap<string, string> {
  const entry = root + METADATA_FILE;
  if (!zip.has(entry)) return new Map();
  if (zip.size(entry) > MAX_METADATA_BYTES) {
    throw new WeightsError(
      t`${METADATA_FILE} takes ${zip.size(entry)} bytes (${MAX_METADATA_BYTES} at most)`,
    );
  }
  const bytes = zip.read(entry);
  try {
    return new Map(Object.entries(schema.parse(JSON.parse(new TextDecoder().decode(bytes)))));
  } catch {
    throw new WeightsError(t`${METADATA_FILE} is not an object of strings`);
  }
}

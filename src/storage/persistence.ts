/** Whether the browser may delete what this page has stored when it needs room. */

/** Asks the browser to keep what is stored until a person deletes it. Never rejects; browsers may ask the person. */
export async function askToPersist(): Promise<boolean> {
  try {
    return await navigator.storage.persist();
  } catch {
    return false;
  }
}

/**
 * The two files in which a training's checkpoints take turns, open for this page alone. A checkpoint goes over the older
 * one; if writing breaks off, the other is still good. Once the files are open, writing waits for nothing, so that it is
 * done even by a page that closes.
 */
import { type Folder, isOpenElsewhere, type OpenFile } from '../../storage/folder.ts';
import { loadReading } from './loadReading.ts';
import type { Reading } from './reading.ts';
import { HEADER_BYTES, slotHeader } from './slot.ts';

const COUNT = 2;

const slotName = (lineage: string, index: number): string => `${lineage}.${index}.slot`;

export class Slots {
  private sequence = 0;
  /** Where the next checkpoint goes. */
  private next = 0;

  private constructor(
    readonly lineage: string,
    private readonly folder: Folder,
    private readonly files: readonly OpenFile[],
  ) {}

  /**
   * @param creates whether files are made where there are none.
   * @returns null where another page has them.
   * @throws DOMException `NotFoundError`
   */
  static async claim(folder: Folder, lineage: string, creates: boolean): Promise<Slots | null> {
    const files: OpenFile[] = [];
    try {
      for (let i = 0; i < COUNT; i++) {
        // Whoever has the first has both, so the second may be made if it is missing.
        files.push(await folder.open(slotName(lineage, i), creates || i > 0));
      }
      return new Slots(lineage, folder, files);
    } catch (error) {
      for (const file of files) file.close();
      if (isOpenElsewhere(error)) return null;
      throw error;
    }
  }

  /** What is there; the next checkpoint spares it. Null: nothing. */
  async read(): Promise<Reading | null> {
    const slots = this.files.map((file) => file.read());
    const { readSlots } = await loadReading();
    const reading = await readSlots(slots);
    if (reading?.kind === 'whole') {
      this.sequence = reading.sequence;
      this.next = (reading.index + 1) % COUNT;
    }
    return reading;
  }

  /** @throws StorageError, with the checkpoint before as it was. */
  write(checkpoint: Uint8Array<ArrayBuffer>): void {
    const file = this.files[this.next];
    if (file === undefined) throw new Error('no such slot');
    const sequence = this.sequence + 1;
    file.write(checkpoint, HEADER_BYTES);
    file.write(slotHeader(checkpoint, sequence), 0);
    file.flush();
    this.sequence = sequence;
    this.next = (this.next + 1) % COUNT;
  }

  /** Lets other pages have it. */
  release(): void {
    for (const file of this.files) file.close();
  }

  /** Deletes it. */
  async remove(): Promise<void> {
    this.release();
    for (let i = COUNT - 1; i >= 0; i--) await this.folder.remove(slotName(this.lineage, i));
  }
}

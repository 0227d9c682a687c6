/** A Python with PyTorch, if this machine has one. */
import { spawnSync } from 'node:child_process';

/**
 * The first Python that can import torch and NumPy: `PYTHON`, then those on the path, then the system's.
 * @returns {{ python: string, version: string } | null}
 */
export function findTorch() {
  for (const python of [process.env.PYTHON, 'python3', 'python', '/usr/bin/python3']) {
    if (!python) continue;
    const { status, stdout } = spawnSync(
      python,
      ['-c', 'import numpy, torch; print(torch.__version__)'],
      { encoding: 'utf8' },
    );
    if (status === 0) return { python, version: stdout.trim() };
  }
  return null;
}

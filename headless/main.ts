/** The engine in Node, from the command line. Results go to files and standard output, the rest to standard error. */
import { parseArguments, UsageError } from './arguments.ts';
import { evaluate } from './evaluate.ts';
import { runExperiment } from './experiment.ts';
import { exportNetwork } from './export.ts';
import { NotUnderstoodError } from './files.ts';
import { inspectWeights } from './inspect.ts';
import { writePyTorch } from './pytorch.ts';
import { printReferenceTable } from './referenceTable.ts';
import { train } from './train.ts';
import { USAGE } from './usage.ts';
import { verify } from './verify.ts';

const HELP = 'npm run --silent headless -- --help lists every command and option.';

/** @returns the exit code: 0 done, 1 failed, 2 not understood; 130 and 143 stopped by a signal. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseArguments(args);
    switch (command.name) {
      case 'help':
        process.stdout.write(`${USAGE}\n`);
        break;
      case 'train':
        return await train(command);
      case 'eval':
        await evaluate(command);
        break;
      case 'inspect':
        await inspectWeights(command);
        break;
      case 'export':
        await exportNetwork(command);
        break;
      case 'pytorch':
        await writePyTorch(command);
        break;
      case 'verify':
        return (await verify(command)) ? 0 : 1;
      case 'experiment':
        await runExperiment(command);
        break;
      case 'reference':
        await printReferenceTable(command);
        break;
      default:
        command satisfies never;
    }
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    if (error instanceof UsageError) process.stderr.write(`${HELP}\n`);
    return error instanceof UsageError || error instanceof NotUnderstoodError ? 2 : 1;
  }
}

/** Checks TARGET before vitest starts, whose report would hide the one line that matters. */
import { readTarget } from '../../src/target.ts';

try {
  readTarget(process.argv[2] ?? '');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** What `cdk diff --fail-on=destructive` has found, without what belongs to every release. */
export interface Judgement {
  /** Whether the CLI found destructive changes, and did not fail for another reason. */
  readonly found: boolean;
  readonly destructive: readonly string[];
}

/**
 * Returns the destructive changes but for two kinds that are planned. It reads the output of the CLI version that
 * package.json pins. When its count does not match its lines, the output has changed and everything counts.
 */
export function judgeDiff(output: string): Judgement {
  const heading = /Found (\d+) destructive change\(s\)/.exec(output);
  if (!heading) return { found: false, destructive: [] };
  const lines = output
    .slice(heading.index)
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const listed = lines.slice(0, Number(heading[1]));
  if (listed.length !== Number(heading[1])) {
    return {
      found: true,
      destructive: [`${heading[0]}, of which only ${listed.length} can be read: check the diff above`],
    };
  }
  return {
    found: true,
    destructive: listed.filter((line) => !isOldVersion(line) && !isRetiredSecret(line, addedSecrets(output))),
  };
}

/** Published versions of the Lambda are kept for the rollback. */
function isOldVersion(line: string): boolean {
  return /: AWS::Lambda::Version .*will be orphaned$/.test(line);
}

const secretOfGeneration = /AWS::SecretsManager::Secret \S*(?:Website|Api)Secret\/Generation(\d+)/;

/**
 * The rotation to generation n deletes n - 2, which CloudFront has not sent since the rotation before. When a generation
 * is skipped or decremented, the one in use would be deleted.
 */
function isRetiredSecret(line: string, added: ReadonlySet<number>): boolean {
  const generation = Number(secretOfGeneration.exec(line)?.[1]);
  return line.endsWith('will be destroyed') && added.has(generation + 2) && !added.has(generation + 1);
}

function addedSecrets(output: string): ReadonlySet<number> {
  const lines = output.split('\n').filter((line) => line.startsWith('[+]'));
  return new Set(lines.map((line) => Number(secretOfGeneration.exec(line)?.[1])).filter((number) => number > 0));
}

/** What `cdk diff --fail-on=destructive` said, without what belongs to every release. */
export interface Judgement {
  /** Whether the CLI stopped for destruction at all, and not for another reason. */
  readonly found: boolean;
  readonly destructive: readonly string[];
}

/**
 * Everything that the CLI counts as destructive stops us, but for two things that go as planned. Reads the words of the
 * one CLI version that package.json pins; a count that does not fit the lines read means that the words have changed,
 * and that nothing may be waved through.
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
      destructive: [`${heading[0]}, of which only ${listed.length} can be read: look at the diff above`],
    };
  }
  return {
    found: true,
    destructive: listed.filter((line) => !isOldVersion(line) && !isRetiredSecret(line, addedSecrets(output))),
  };
}

/** A published version of the Lambda is never changed, only left behind for the roll-back. */
function isOldVersion(line: string): boolean {
  return /: AWS::Lambda::Version .*will be orphaned$/.test(line);
}

const secretOfGeneration = /AWS::SecretsManager::Secret \S*WebsiteSecret\/Generation(\d+)/;

/**
 * The rotation to generation n ends n - 2, which CloudFront has not sent since the rotation before. Whoever skips a
 * generation, or counts down, would end the one that it sends now: that stops.
 */
function isRetiredSecret(line: string, added: ReadonlySet<number>): boolean {
  const generation = Number(secretOfGeneration.exec(line)?.[1]);
  return line.endsWith('will be destroyed') && added.has(generation + 2) && !added.has(generation + 1);
}

function addedSecrets(output: string): ReadonlySet<number> {
  const lines = output.split('\n').filter((line) => line.startsWith('[+]'));
  return new Set(lines.map((line) => Number(secretOfGeneration.exec(line)?.[1])).filter((number) => number > 0));
}

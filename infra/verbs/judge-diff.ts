/** What `cdk diff --fail-on=destructive` said, without what every deploy of new code does. */
export interface Judgement {
  /** Whether the CLI stopped for destruction at all, and not for another reason. */
  readonly found: boolean;
  readonly destructive: readonly string[];
}

/**
 * A published version of the Lambda is never changed, only left behind for the roll-back, which CDK counts as
 * destructive. Everything else that it counts stops us. Reads the words of the one CLI version that package.json pins;
 * a count that does not fit the lines read means that the words have changed, and that nothing may be waved through.
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
    destructive: listed.filter((line) => !/: AWS::Lambda::Version .*will be orphaned$/.test(line)),
  };
}

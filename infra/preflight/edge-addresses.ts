import type { Environment } from '../environments.ts';
import type { Aws } from './aws-cli.ts';
import { type Fact, known, type Problem } from './facts.ts';

/** As infra/edge-addresses.json has them. */
export interface EdgeAddresses {
  /** The day on which they were read, as 2026-11-30; empty before the first time. */
  readonly readAt: string;
  /** CIDR ranges. */
  readonly ranges: readonly string[];
}

/** "Locations and IP address ranges of CloudFront edge servers": the managed prefix list. S3 websites have IPv4 only. */
const prefixList = 'com.amazonaws.global.cloudfront.origin-facing';
const oldDays = 30;

/** Returns the ranges from which CloudFront calls origins now. */
export function readEdgeAddresses(aws: Aws): Fact<readonly string[]> {
  const filter = `Name=prefix-list-name,Values=${prefixList}`;
  const lists = aws(['ec2', 'describe-managed-prefix-lists', '--filters', filter]);
  if (!lists.known) return lists;
  const { PrefixLists: [list] = [] } = lists.value as { PrefixLists?: readonly { PrefixListId: string }[] };
  if (!list) return { known: false, reason: `the region has no prefix list ${prefixList}` };
  const entries = aws(['ec2', 'get-managed-prefix-list-entries', '--prefix-list-id', list.PrefixListId]);
  if (!entries.known) return entries;
  const { Entries = [] } = entries.value as { Entries?: readonly { Cidr: string }[] };
  return known(Entries.map(({ Cidr }) => Cidr));
}

/** A range that CloudFront uses and the policy lacks would be refused, so a deploy stops. */
export function checkEdgeAddresses(
  aws: Aws,
  { stage, blockPublicAccess }: Environment,
  { readAt, ranges }: EdgeAddresses,
  today: Date,
): Problem[] {
  if (!blockPublicAccess) return [];
  const update = 'run "make edge-addresses", commit infra/edge-addresses.json and deploy again';
  const now = readEdgeAddresses(aws);
  if (now.known) {
    const missing = now.value.filter((range) => !ranges.includes(range));
    if (missing.length === 0) return [];
    const line = `The bucket policy of ${stage} would refuse CloudFront from ${missing.length} ranges (${missing[0]}, ...): ${update}`;
    return [{ severity: 'stop', line }];
  }
  const days = Math.floor((today.getTime() - Date.parse(readAt)) / 86_400_000);
  const unread = `CloudFront's addresses were not compared (${now.reason})`;
  return days <= oldDays
    ? [{ severity: 'note', line: `${unread}; those of infra/edge-addresses.json are ${days} days old` }]
    : [{ severity: 'stop', line: `${unread}, and infra/edge-addresses.json is ${days} days old: ${update}` }];
}

import { createHash } from 'node:crypto';
import { formatDifferences, fullDiff, ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';

export interface ComparedTemplates {
  /** At most 20 lines: what would be lost first, then what would be added and changed. */
  readonly summary: readonly string[];
  /** One line for each resource that would be destroyed, replaced or orphaned, but for what every release leaves behind. */
  readonly destructive: readonly string[];
  /** Writes every change, property by property. */
  print(output: NodeJS.WritableStream): void;
}

interface Change {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly impact: ResourceImpact;
  /** Names of the changed properties, with both values where they are short. */
  readonly properties: readonly string[];
}

type Template = Readonly<Record<string, unknown>>;

const maxLines = 20;
/** More resources of one type than this are counted, not listed. */
const maxListed = 3;

const lossOf: { readonly [impact in ResourceImpact]?: string } = {
  [ResourceImpact.WILL_DESTROY]: 'destroyed',
  [ResourceImpact.WILL_ORPHAN]: 'orphaned',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'possibly replaced',
};

/** Compares the template that is deployed, `undefined` before the first deploy, with the one that would be. */
export function compareTemplates(before: unknown, after: unknown): ComparedTemplates {
  const diff = fullDiff(folded(before ?? {}), folded(after));
  const changes = changesOf(diff);
  const lost = changes.filter(({ impact }) => lossOf[impact] !== undefined);
  const destructive = lost.filter((change) => !isOldVersion(change) && !isRetiredSecret(change, changes));
  return {
    summary: summaryOf(changes, destructive, diff.permissionsBroadened),
    destructive: destructive.map(({ type, path, impact }) => `${shortType(type)} ${path} would be ${lossOf[impact]}`),
    print: (output) => formatDifferences(output, diff),
  };
}

function changesOf(diff: TemplateDiff): Change[] {
  const changes: Change[] = [];
  diff.resources.forEachDifference((id, resource) => {
    const impact = resource.changeImpact;
    if (impact === ResourceImpact.NO_CHANGE) return;
    const metadata = (resource.newValue ?? resource.oldValue)?.Metadata;
    const [, ...path] = String(metadata?.['aws:cdk:path'] ?? `/${id}`).split('/');
    changes.push({
      id,
      path: path.filter((part) => part !== 'Resource').join('/'),
      type: resource.newResourceType ?? resource.oldResourceType ?? 'of no type',
      impact,
      properties: Object.entries(resource.propertyUpdates).map(([name, { oldValue, newValue }]) =>
        [oldValue, newValue].every((value) => ['string', 'number', 'boolean'].includes(typeof value)) &&
        `${oldValue}${newValue}`.length < 40
          ? `${name} ${oldValue} → ${newValue}`
          : name,
      ),
    });
  });
  return changes;
}

function summaryOf(changes: readonly Change[], destructive: readonly Change[], broadened: boolean): string[] {
  if (changes.length === 0) return ['No resource would change.'];
  const added = changes.filter(({ impact }) => impact === ResourceImpact.WILL_CREATE);
  const changed = changes.filter(({ impact }) => impact === ResourceImpact.WILL_UPDATE);
  const version = added.some(({ type }) => type === 'AWS::Lambda::Version');
  const lines = [
    `${added.length} added, ${changed.length} changed, ${destructive.length} destroyed, replaced or orphaned:`,
    ...grouped(destructive, (change) => (lossOf[change.impact] ?? '').toUpperCase()),
    ...(broadened ? ['  permissions are broadened: see the IAM changes below'] : []),
    ...(version ? ['  new code or settings of the Lambda: a new version, the old one is kept for a rollback'] : []),
    ...grouped(
      added.filter(({ type }) => type !== 'AWS::Lambda::Version'),
      () => 'added',
    ),
    ...grouped(changed, () => 'changed'),
  ];
  const over = lines.length - maxLines;
  return over > 0 ? [...lines.slice(0, maxLines - 1), `  and ${over + 1} lines more`] : lines;
}

/** One line a resource, or one line a type where there are many. */
function grouped(changes: readonly Change[], label: (change: Change) => string): string[] {
  const groups = Map.groupBy(changes, (change) => `  ${label(change)} ${shortType(change.type)}`);
  return [...groups].flatMap(([heading, group]) =>
    group.length > maxListed
      ? [`${heading}: ${group.length} of them`]
      : group.map(({ path, properties }) => [`${heading} ${path}`, properties.join(', ')].filter(Boolean).join(': ')),
  );
}

function shortType(type: string): string {
  return type.replace(/^AWS::/, '');
}

/** A dashboard's body is thousands of characters of JSON in one line. Replaces each by its number of widgets and a hash. */
function folded(template: unknown): Template {
  const copy = structuredClone(template) as { Resources?: Record<string, { Type: string; Properties?: Template }> };
  for (const resource of Object.values(copy.Resources ?? {})) {
    if (resource.Type !== 'AWS::CloudWatch::Dashboard') continue;
    const body = JSON.stringify(resource.Properties?.DashboardBody);
    const widgets = body.split(String.raw`\"type\":`).length - 1;
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
    resource.Properties = { ...resource.Properties, DashboardBody: `${widgets} widgets, body ${hash}` };
  }
  return copy as Template;
}

/** Published versions of the Lambda are kept for the rollback. */
function isOldVersion({ type, impact }: Change): boolean {
  return type === 'AWS::Lambda::Version' && impact === ResourceImpact.WILL_ORPHAN;
}

/**
 * The rotation to generation n deletes n - 2, which CloudFront has not sent since the rotation before. When a generation
 * is skipped or decremented, the one in use would be deleted.
 */
function isRetiredSecret(change: Change, changes: readonly Change[]): boolean {
  const generation = secretGeneration(change);
  const added = changes.filter(({ impact }) => impact === ResourceImpact.WILL_CREATE).map(secretGeneration);
  return (
    change.impact === ResourceImpact.WILL_DESTROY && added.includes(generation + 2) && !added.includes(generation + 1)
  );
}

/** From the logical id, which ends in eight characters of a hash. */
function secretGeneration({ id }: Change): number {
  return Number(/^(?:Website|Api)SecretGeneration(\d+)[0-9A-F]{8}$/.exec(id)?.[1]);
}

import type { ServiceConfig } from './config.ts';
import { derivativeKeysOf } from './core/image-path.ts';
import { planInvalidation } from './core/invalidation.ts';
import type { OriginalEvent } from './core/original-event.ts';
import type { AllowedPreset } from './core/presets.ts';
import type { DerivativeFacts, DerivativeStore, EdgeCache, OriginalStore, PurgeReport, PurgeStore } from './ports.ts';

export interface PurgeMessage {
  readonly id: string;
  /** How often the queue has delivered it, this time included. */
  readonly receives: number;
  readonly event: OriginalEvent;
}

export interface PurgeService {
  readonly purge: Pick<ServiceConfig['purge'], 'invalidateBy'>;
  readonly invalidationsPerDay: number;
  readonly allowed: ReadonlyMap<string, AllowedPreset>;
  readonly originals: Pick<OriginalStore, 'currentId'>;
  readonly derivatives: Pick<DerivativeStore, 'describe'>;
  readonly store: PurgeStore;
  readonly edge: EdgeCache;
  readonly tagOf: (key: string) => string;
  readonly hash: (text: string) => string;
}

/** One batch of one queue. */
export interface PurgeBatch {
  readonly messages: readonly PurgeMessage[];
  /** The second pass is for what was put by resizes that had read an original before it was replaced. */
  readonly pass: 'first' | 'second';
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the purge of one original came to. */
interface Purged {
  /** What was found of another original, and is deleted now. */
  readonly old: ReadonlyMap<string, DerivativeFacts>;
  readonly mustInvalidate: boolean;
}

const hour = 3_600_000;
/** Each takes some 30 look-ups, and the client has 50 sockets. */
const originalsAtOnce = 3;

/**
 * Removes the derivatives of replaced and deleted originals, first from S3, then from CloudFront: the other way round an
 * edge could fetch them again between the two. What an event says is not trusted. Each original is compared with what is
 * stored now, so events may come twice, late, and in any order.
 *
 * - A resize that has read the old original puts its derivative after the first pass. The second pass runs when every such
 *   resize has ended. It deletes that derivative, and invalidates, since an edge may have fetched it. If a newer derivative
 *   has replaced it by then, it bears the mark `replaced-older`.
 * - The first pass always invalidates, whatever it finds: the run before it may have died after its deletes.
 *   For the same reason the second pass does, too, when its message is not new.
 * - The original is looked up after its derivatives, so none of a newer original is taken for an old one. Deletes are
 *   conditional, so none is deleted that was put after the look-up.
 * - An edge that asked S3 before a delete and stores the answer after the invalidation is up to CloudFront.
 */
export async function purgeOriginals(batch: PurgeBatch, service: PurgeService): Promise<PurgeReport> {
  const byKey = Map.groupBy(batch.messages, ({ event }) => event.key);
  const failures = new Map<string, unknown>();
  const purged = new Map<string, Purged>();
  const fail = (key: string, reason: unknown) => {
    for (const { id } of byKey.get(key) ?? []) failures.set(id, reason);
  };

  const waiting = [...byKey];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [key, messages] = next;
      try {
        if (await changedNothing(key, messages, batch, service)) continue;
        purged.set(key, await purgeOriginal(key, messages, batch, service));
      } catch (thrown) {
        fail(key, thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: originalsAtOnce }, worker));

  const keys = [...purged].filter(([, { mustInvalidate }]) => mustInvalidate).map(([key]) => key);
  let invalidation: Invalidation = { items: [], heldBack: { keys: [], items: 0 } };
  try {
    if (keys.length > 0) invalidation = await invalidate(keys, purged, batch, service);
  } catch (thrown) {
    for (const key of keys) fail(key, thrown);
  }
  const heldBack = new Set(invalidation.heldBack.keys);
  const done = keys.filter((key) => !heldBack.has(key)).flatMap((key) => byKey.get(key) ?? []);
  return {
    purged: purged.size,
    deleted: [...purged.values()].reduce((sum, { old }) => sum + old.size, 0),
    invalidated: invalidation.items.length,
    heldBack: invalidation.heldBack,
    lagSeconds: done
      .filter(({ id }) => !failures.has(id))
      .map(({ event }) => Math.max(0, (batch.now() - event.time) / 1000)),
    failures,
  };
}

/**
 * The first upload of a key, or a version that is the same image as the one before it: nothing older than it can be stored
 * or cached because of it. Only a version that is the newest has its predecessor beside it. Old versions may expire after
 * a day, so a late event proves nothing.
 */
async function changedNothing(
  key: string,
  messages: readonly PurgeMessage[],
  { now, signal }: PurgeBatch,
  { originals, store }: PurgeService,
): Promise<boolean> {
  const [{ event } = { event: undefined }] = messages;
  const id = event?.versionId;
  const isOneVersion = messages.every(
    ({ event }) => event.change === 'created' && event.versionId === id && now() - event.time < 24 * hour,
  );
  if (!id || !isOneVersion) return false;
  const [newest, before] = await store.newestVersions(key, signal);
  if (newest?.id !== id) return false;
  if (!before) return true;
  // The ETag is a part of the identity, so two look-ups are saved where it differs.
  if (before.etag === undefined || before.etag !== newest.etag) return false;
  const identities = await Promise.all([newest, before].map((one) => originals.currentId(key, signal, one.id)));
  return identities[0] !== undefined && identities[0] === identities[1];
}

async function purgeOriginal(
  key: string,
  messages: readonly PurgeMessage[],
  { pass, now, signal }: PurgeBatch,
  { allowed, originals, derivatives, store }: PurgeService,
): Promise<Purged> {
  const names = derivativeKeysOf(key, allowed);
  if (names.length === 0) return { old: new Map(), mustInvalidate: false };
  const described = await Promise.all(
    names.map(async (name) => [name, await derivatives.describe(name, signal)] as const),
  );
  const found = described.filter((one): one is [string, DerivativeFacts] => one[1] !== undefined);
  const present = await originals.currentId(key, signal);
  const old = new Map(found.filter(([, { originalId }]) => present === undefined || originalId !== present));
  if (old.size > 0) await store.remove(old, signal);
  // A message that failed for good comes from the dead-letter queue as a new one.
  const isRepeated = messages.some(({ receives, event }) => receives > 1 || now() - event.time > hour);
  const mustInvalidate =
    pass === 'first' || isRepeated || old.size > 0 || found.some(([, { replacedOlder }]) => replacedOlder);
  return { old, mustInvalidate };
}

type Invalidation = Pick<ReturnType<typeof planInvalidation>, 'items' | 'heldBack'>;

/**
 * Counted after the call and not before, so that calls that CloudFront refuses do not use up the day's limit; runs at the
 * same time may exceed it by their batches.
 */
async function invalidate(
  keys: readonly string[],
  purged: ReadonlyMap<string, Purged>,
  { messages, now, signal }: PurgeBatch,
  { purge, invalidationsPerDay, store, edge, hash, ...naming }: PurgeService,
): Promise<Invalidation> {
  const day = new Date(now()).toISOString().slice(0, 10);
  const spent = await store.invalidated(day, signal);
  const plan = planInvalidation(keys, invalidationsPerDay - spent, purge.invalidateBy, naming);
  if (plan.items.length > 0) {
    await edge.invalidate(plan.items, referenceOf(plan.items, messages, purged, hash), signal);
    await store.countInvalidated(day, plan.items.length, signal);
  }
  return plan;
}

/**
 * The same for a run that is repeated and finds nothing more to delete. Both queues have a message of the same event, and
 * a later event is about the same tags, so it has the ids of the messages; and what was deleted, which an edge may have
 * fetched since the run before.
 */
function referenceOf(
  items: readonly string[],
  messages: readonly PurgeMessage[],
  purged: ReadonlyMap<string, Purged>,
  hash: (text: string) => string,
): string {
  const deleted = [...purged.values()].flatMap(({ old }) => [...old]);
  const facts = deleted.map(([name, { etag, modified }]) => [name, etag, modified.getTime()]);
  return hash(JSON.stringify([items.toSorted(), messages.map(({ id }) => id).sort(), facts.sort()]));
}

import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import { unescapeXml, writeXml, type XmlContent } from '../http/xml.ts';
import { accessKeyOf, type Caller } from '../iam/caller.ts';
import { combine, type Policy } from '../iam/policy.ts';
import type { Timers } from '../timers.ts';

/** The host of CloudFront's API. */
export const cloudFrontApiHost = 'cloudfront.amazonaws.com';

export interface InvalidationsOptions {
  readonly distributionId: string;
  readonly accountId: string;
  /** By access key. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly rolePolicies: ReadonlyMap<string, readonly Policy[]>;
  readonly clock: { now(): number };
  readonly timers: Timers;
  /** Removes the objects of the paths and tags, and returns how many there were. Throws for an item that is malformed. */
  invalidate(items: readonly string[]): number;
  /** Of one invalidation: until the objects are gone, and until it counts as completed. */
  delays(): InvalidationDelays;
  readonly onChange?: (change: InvalidationChange) => void;
}

export interface InvalidationDelays {
  readonly effectiveMilliseconds: number;
  readonly completeMilliseconds: number;
}

export interface InvalidationChange {
  readonly id: string;
  readonly items: readonly string[];
  readonly status: 'created' | 'effective';
  /** Objects that were removed, once it is effective. */
  readonly removed?: number;
}

interface Invalidation {
  readonly id: string;
  readonly createdAt: number;
  readonly callerReference: string;
  readonly items: readonly string[];
  isCompleted: boolean;
}

/** "Concurrent invalidation request maximum". AWS does not say how tags count: as files here. */
const maxFilesInProgress = 3000;
const maxWildcardsInProgress = 15;

/** CreateInvalidation and GetInvalidation of one distribution, as the SDK calls them. */
export function createInvalidations(options: InvalidationsOptions): HttpHandler {
  const { distributionId, accountId, callers, rolePolicies, clock, timers, invalidate, delays, onChange } = options;
  const known: Invalidation[] = [];

  function authorize({ headers }: HttpRequest, action: string): void {
    const caller = callers.get(accessKeyOf(headers.authorization ?? ''));
    if (caller === 'owner') return;
    const resource = `arn:aws:cloudfront::${accountId}:distribution/${distributionId}`;
    const principal = caller?.roleArn ?? '';
    const allows = combine(rolePolicies.get(principal) ?? []);
    if (allows({ action, resource, principal, accountId, context: {} })) return;
    throw new Refusal(403, 'AccessDenied', `${principal || 'Anonymous'} is not authorized to perform ${action}`);
  }

  function create({ callerReference, items }: Batch): Invalidation {
    const before = known.find((one) => one.callerReference === callerReference);
    if (before && before.items.join('\n') === items.join('\n')) return before;
    if (before) {
      throw new Refusal(400, 'InvalidationBatchAlreadyExists', 'The caller reference was used for other paths');
    }
    if (items.length > maxFilesInProgress) throw new Refusal(413, 'BatchTooLarge', 'The batch has too many paths');
    const inProgress = known.filter(({ isCompleted }) => !isCompleted).flatMap((one) => one.items);
    const [wildcards, files] = split([...inProgress, ...items]);
    if (
      files.length > maxFilesInProgress ||
      (split(items)[0].length > 0 && wildcards.length > maxWildcardsInProgress)
    ) {
      throw new Refusal(400, 'TooManyInvalidationsInProgress', 'Too many invalidations are in progress');
    }
    const id = `I${(known.length + 1).toString(36).toUpperCase().padStart(24, '0')}`;
    const made: Invalidation = { id, createdAt: clock.now(), callerReference, items, isCompleted: false };
    known.push(made);
    onChange?.({ id, items, status: 'created' });
    const { effectiveMilliseconds, completeMilliseconds } = delays();
    timers.at(clock.now() + effectiveMilliseconds, () => {
      onChange?.({ id, items, status: 'effective', removed: invalidate(items) });
    });
    timers.at(clock.now() + completeMilliseconds, () => {
      made.isCompleted = true;
    });
    return made;
  }

  function answer(request: HttpRequest): HttpResponse {
    const path = `/2020-05-31/distribution/${distributionId}/invalidation`;
    const [target = ''] = request.target.split('?');
    const isCreate = request.method === 'POST' && target === path;
    const [, id] = request.method === 'GET' && target.startsWith(`${path}/`) ? target.split(`${path}/`) : [];
    if (isCreate) {
      authorize(request, 'cloudfront:CreateInvalidation');
      const made = create(readBatch(Buffer.from(request.body).toString()));
      return xml(201, 'Invalidation', shown(made), { location: `https://${cloudFrontApiHost}${path}/${made.id}` });
    }
    if (id !== undefined) {
      authorize(request, 'cloudfront:GetInvalidation');
      const found = known.find((one) => one.id === id);
      if (!found) throw new Refusal(404, 'NoSuchInvalidation', `The invalidation ${id} does not exist`);
      return xml(200, 'Invalidation', shown(found));
    }
    const [, other] = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation/.exec(target) ?? [];
    if (other !== undefined && other !== distributionId) {
      throw new Refusal(404, 'NoSuchDistribution', `The distribution ${other} does not exist`);
    }
    throw new Refusal(501, 'NotImplemented', `The local chain does not know ${request.method} ${target}`);
  }

  return async (request) => {
    try {
      return answer(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      return xml(error.status, 'ErrorResponse', {
        Error: { Type: 'Sender', Code: code, Message: message },
        RequestId: 'local',
      });
    }
  };
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Wildcards, then single files and tags. */
function split(items: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isWildcard = (item: string) => item.endsWith('*') && !item.startsWith('#');
  return [items.filter(isWildcard), items.filter((item) => !isWildcard(item))];
}

interface Batch {
  readonly callerReference: string;
  readonly items: readonly string[];
}

/** The one document that a client sends here. */
function readBatch(document: string): Batch {
  const texts = (name: string) =>
    [...document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescapeXml(text));
  const [[callerReference], [quantity], items] = [texts('CallerReference'), texts('Quantity'), texts('Path')];
  const isComplete = callerReference && items.every((item) => item !== undefined);
  if (!isComplete) throw new Refusal(400, 'MalformedXML', 'Expected an InvalidationBatch with a CallerReference');
  if (Number(quantity) !== items.length || items.length === 0) {
    throw new Refusal(400, 'InconsistentQuantities', `Quantity is ${quantity}, and there are ${items.length} paths`);
  }
  const malformed = items.find((item) => !/^[/#][\u0021-\u007e]*$/.test(item) || item.length > 4000);
  if (malformed === undefined) return { callerReference, items };
  throw new Refusal(
    400,
    'InvalidArgument',
    `${malformed} is not a path that begins with / or a tag that begins with #`,
  );
}

function shown({ id, createdAt, callerReference, items, isCompleted }: Invalidation): XmlContent {
  return {
    Id: id,
    Status: isCompleted ? 'Completed' : 'InProgress',
    CreateTime: new Date(createdAt).toISOString(),
    InvalidationBatch: {
      Paths: { Quantity: items.length, Items: { Path: items } },
      CallerReference: callerReference,
    },
  };
}

function xml(
  status: number,
  root: string,
  content: XmlContent,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = Buffer.from(writeXml(root, content, 'http://cloudfront.amazonaws.com/doc/2020-05-31/'));
  return { status, headers: { 'content-type': 'text/xml', ...headers }, body };
}

import { useEffect, useState } from 'preact/hooks';
import type {
  AlarmDetails,
  Catalogue,
  DashboardData,
  Dashboards,
  Done,
  Failure,
  Images,
  LogAnswer,
  Message,
  PurgeTrace,
  Runbook,
  State,
} from '../contract.ts';

/** What the server answered in place of doing what it was asked for. */
class Refused extends Error {
  readonly hint: string;

  constructor({ message, hint = '' }: Failure) {
    super(message);
    this.hint = hint;
  }
}

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`api/${path}`, init).catch(() => {
    throw new Refused({
      message: 'The local chain does not answer.',
      hint: 'Is make dev still running? Start it again, then reload this page.',
    });
  });
  const body = await response.json().catch(() => ({ message: `The console answered ${response.status}` }));
  if (!response.ok) throw new Refused(body as Failure);
  return body as Answer;
}

export function post(name: string, fields: object = {}): Promise<Done> {
  const headers = { 'content-type': 'application/json' };
  return ask(name, { method: 'POST', headers, body: JSON.stringify(fields) });
}

export function upload(key: string, file: Blob): Promise<Done> {
  return ask(`originals?${new URLSearchParams({ key })}`, { method: 'PUT', body: file });
}

export const getState = () => ask<State>('state');
export const getCatalogue = () => ask<Catalogue>('catalogue');
export const getImages = () => ask<Images>('images');
export const getPurge = () => ask<{ readonly trace?: PurgeTrace }>('purge');
export const getDashboards = () => ask<Dashboards>('dashboards');

/** `range` is in seconds; empty: as long as there has been anything to see. */
export const getDashboard = (name: string, range: string) =>
  ask<DashboardData>(`dashboard?${new URLSearchParams({ name, ...(range !== '' && { range }) })}`);
export const getAlarm = (name: string) => ask<AlarmDetails>(`alarm?${new URLSearchParams({ name })}`);
export const getRunbook = (name: string) => ask<Runbook>(`runbook?${new URLSearchParams({ name })}`);
export const getRows = (log: string, query: string) =>
  ask<LogAnswer>(`log-rows?${new URLSearchParams({ log, query })}`);

export const thumbnailUrl = (key: string) => `api/thumbnail?${new URLSearchParams({ key })}`;
export const heldImageUrl = (image: string) => `api/held-image?${new URLSearchParams({ image })}`;
export const derivativeUrl = (view: string) => `api/derivative?${new URLSearchParams({ view })}`;
/** `version` changes when the image may have changed. */
export const originalUrl = (key: string, version: string) =>
  `api/original?${new URLSearchParams({ key, at: version })}`;

/** Whether there are bytes at an address of the server. */
export async function exists(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** One stream of messages for the whole page. The browser reconnects by itself. */
let source: EventSource | undefined;
const events = () => (source ??= new EventSource('api/events'));

/** Hears the messages of one kind for as long as the component is mounted. */
export function useMessages<Kind extends Message['kind']>(
  kind: Kind,
  hear: (message: Extract<Message, { kind: Kind }>) => void,
): void {
  useEffect(() => {
    const listener = ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Message;
      if (message.kind === kind) hear(message as Extract<Message, { kind: Kind }>);
    };
    events().addEventListener('message', listener);
    return () => events().removeEventListener('message', listener);
  }, []);
}

export function useIsConnected(): boolean {
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    events().onopen = () => setConnected(true);
    events().onerror = () => setConnected(false);
  }, []);
  return isConnected;
}

/** Often enough to look live; the server decides when it runs a log query again. */
const refreshMilliseconds = 2000;
const soonMilliseconds = 400;

export interface Polled<Answer> {
  readonly answer?: Answer;
  readonly problem?: unknown;
}

/**
 * Asks again and again while the component is mounted and the window is visible; at once when `key` changes. Shows the
 * last answer meanwhile.
 * `isWaiting` says that an answer has parts which are still to come.
 */
export function usePolled<Answer>(
  key: string,
  get: () => Promise<Answer>,
  isWaiting: (answer: Answer) => boolean = () => false,
): Polled<Answer> {
  const [polled, setPolled] = useState<Polled<Answer>>({});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const refresh = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      let wait = refreshMilliseconds;
      try {
        const answer = await get();
        if (isOver) return;
        setPolled({ answer });
        if (isWaiting(answer)) wait = soonMilliseconds;
      } catch (problem) {
        if (isOver) return;
        setPolled(({ answer }) => ({ ...(answer !== undefined && { answer }), problem }));
      }
      clearTimeout(timer);
      timer = setTimeout(refresh, wait);
    };
    refresh();
    document.addEventListener('visibilitychange', refresh);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [key]);
  return polled;
}

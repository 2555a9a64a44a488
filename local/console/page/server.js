/** @import { Catalogue, Done, Failure, Images, Message, State } from '../contract.ts' */
/** @import { AlarmDetails, DashboardData, LogAnswer, Dashboards, Runbook } from '../watch-contract.ts' */

/** What the server said in place of doing what it was asked for. */
export class Refused extends Error {
  /** @param {Failure} failure */
  constructor({ message, hint }) {
    super(message);
    this.hint = hint ?? '';
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function ask(path, init) {
  const response = await fetch(`api/${path}`, init).catch(() => {
    throw new Refused({
      message: 'The chain does not answer.',
      hint: 'Is make dev still running? Start it again, then reload this page.',
    });
  });
  const body = await response.json().catch(() => ({ message: `The console answered ${response.status}` }));
  if (!response.ok) throw new Refused(body);
  return body;
}

/**
 * @param {string} name
 * @param {Record<string, unknown>} [fields]
 * @returns {Promise<Done>}
 */
export function change(name, fields = {}) {
  return ask(name, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
}

/**
 * @param {string} key
 * @param {Blob} file
 * @returns {Promise<Done>}
 */
export function upload(key, file) {
  return ask(`originals?key=${encodeURIComponent(key)}`, { method: 'PUT', body: file });
}

/** @returns {Promise<State>} */
export const getState = () => ask('state');

/** @returns {Promise<Catalogue>} */
export const getCatalogue = () => ask('catalogue');

/** @returns {Promise<Images>} */
export const getImages = () => ask('images');

/** @returns {Promise<Dashboards>} */
export const getDashboards = () => ask('dashboards');

/** @param {string} name @param {string} range seconds, or '' for what fits @returns {Promise<DashboardData>} */
export const getDashboard = (name, range) => ask(`dashboard?${new URLSearchParams({ name, ...(range && { range }) })}`);

/** @param {string} name @returns {Promise<AlarmDetails>} */
export const getAlarm = (name) => ask(`alarm?${new URLSearchParams({ name })}`);

/** @param {string} name @returns {Promise<Runbook>} */
export const getRunbook = (name) => ask(`runbook?${new URLSearchParams({ name })}`);

/** @param {string} log @param {string} query @returns {Promise<LogAnswer>} */
export const getRows = (log, query) => ask(`log-rows?${new URLSearchParams({ log, query })}`);

/** @param {string} key */
export const thumbnailUrl = (key) => `api/thumbnail?key=${encodeURIComponent(key)}`;

/** @param {string} key @param {string} version changes when the image may have */
export const originalUrl = (key, version) => `api/original?key=${encodeURIComponent(key)}&at=${version}`;

/** @param {string} id */
export const derivativeUrl = (id) => `api/derivative?view=${id}`;

/**
 * Listens for what the server tells without being asked; the browser connects again by itself.
 * @param {(message: Message) => void} hear
 * @param {(connected: boolean) => void} connection
 */
export function listen(hear, connection) {
  const source = new EventSource('api/events');
  source.onmessage = ({ data }) => hear(JSON.parse(data));
  source.onopen = () => connection(true);
  source.onerror = () => connection(false);
}

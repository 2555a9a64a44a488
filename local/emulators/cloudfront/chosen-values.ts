import type { Properties } from '../../properties.ts';

/** Which headers, cookies or query parameters a policy takes: a question to each name. */
export interface ChosenValues {
  readonly any: boolean;
  has(name: string): boolean;
}

export const noValues: ChosenValues = { any: false, has: () => false };
const allValues: ChosenValues = { any: true, has: () => true };

/** Reads a `CookiesConfig` or `QueryStringsConfig`; names in them are case-sensitive. */
export function readChosen(config: Properties | undefined, behaviour: string, list: string): ChosenValues {
  if (!config) return noValues;
  const names = new Set(config.texts(list));
  const choices: Readonly<Record<string, ChosenValues>> = {
    none: noValues,
    all: allValues,
    whitelist: { any: true, has: (name) => names.has(name) },
    allExcept: { any: true, has: (name) => !names.has(name) },
  };
  return choices[config.oneOf(behaviour, ['none', 'all', 'whitelist', 'allExcept'])] ?? noValues;
}

/** The chosen parameters of a raw query, in the order and with the letters that the viewer sent: both matter. */
export function chooseQuery(query: string, chosen: ChosenValues): string {
  if (query === '' || !chosen.any) return '';
  return query
    .split('&')
    .filter((part) => chosen.has(part.split('=', 1)[0] ?? ''))
    .join('&');
}

/** The chosen cookies of a `Cookie` header. */
export function chooseCookies(header: string | undefined, chosen: ChosenValues): string {
  if (header === undefined || !chosen.any) return '';
  return header
    .split(/;\s*/)
    .filter((cookie) => chosen.has(cookie.split('=', 1)[0] ?? ''))
    .join('; ');
}

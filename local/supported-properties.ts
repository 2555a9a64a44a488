/**
 * What an emulator does with each property of its resource types, as data. A property that is not in the table of its
 * type is an error that names it: a property passed over in silence would be a test that passes for nothing.
 */
export type PropertySupport =
  | { readonly effect: 'emulated' }
  /** Deployed, but without effect locally, and why that is right. */
  | { readonly effect: 'none'; readonly why: string };

/**
 * By path within `Properties`: names joined by dots, `*` for each item of a list, as in
 * `DistributionConfig.Origins.*.DomainName`. A path covers everything below it.
 */
export type SupportedProperties = Readonly<
  Record<string, { readonly properties: Readonly<Record<string, PropertySupport>> }>
>;

/** The paths that are emulated, each said once. */
export function emulated(...paths: readonly string[]): Readonly<Record<string, PropertySupport>> {
  return Object.fromEntries(paths.map((path) => [path, { effect: 'emulated' }]));
}

/** Paths without effect here, with their common reason. */
export function withoutEffect(why: string, ...paths: readonly string[]): Readonly<Record<string, PropertySupport>> {
  return Object.fromEntries(paths.map((path) => [path, { effect: 'none', why }]));
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const page = join(import.meta.dirname, '../../../local/console/page');

/** A module of the page that needs no page around it. Its types are those of its comments, which tsc reads elsewhere. */
export async function pageModule<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(page, name)).href)) as T;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const docsPage = 'docs/alarms.md';
const path = join(import.meta.dirname, '../..', docsPage);
const place = /(<!-- rehearsal[^>]*-->\n)[\s\S]*?(\n<!-- end of rehearsal -->)/;

/** The table as the page has it. */
export function writtenMatrix(): string {
  const page = readFileSync(path, 'utf8');
  const [whole = '', begin = '', end = ''] = place.exec(page) ?? [];
  if (whole === '')
    throw new Error(`${docsPage} has no place for the table: expected <!-- rehearsal … --> and its end`);
  return whole.slice(begin.length, -end.length).trim();
}

export function isWritten(table: string): boolean {
  return writtenMatrix() === table;
}

export function writeMatrix(table: string): void {
  writtenMatrix();
  const page = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    page.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`),
  );
}

import type { S3Reply } from './operation.ts';
import { S3Error } from './s3-error.ts';

/** Elements to write: text, or elements inside; a list becomes repeated elements, `undefined` none. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function writeXml(root: string, content: XmlContent): string {
  // S3 gives every document its namespace, except an error.
  const attribute = root === 'Error' ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeContent(content)}</${root}>`;
}

export function xmlReply(root: string, content: XmlContent): S3Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: writeXml(root, content) };
}

/** A time as S3 writes it into XML: in whole seconds, with empty milliseconds. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, -5)}.000Z`;
}

function writeContent(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) =>
      [value].flat().map((one) => (one === undefined ? '' : `<${name}>${writeContent(one)}</${name}>`)),
    )
    .join('');
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Control characters have no place in XML 1.0; S3 writes them as numbers all the same, and the SDK reads them. */
function escapeText(text: string): string {
  return text.replace(/[<>&"\x00-\x1f\x7f\ufffe\uffff]/g, (char) => {
    const name = Object.keys(entities).find((entity) => entities[entity] === char);
    return name ? `&${name};` : `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

/** Reads what SDKs send: elements and text. No document type, so nothing can expand. */
export function readXml(document: string): XmlElement {
  const tokens = document.replace(/^\ufeff?\s*<\?xml[^>]*\?>/, '').match(/<[^>]*>?|[^<]+/g) ?? [];
  const top: { name: string; text: string; children: XmlElement[] } = { name: '', text: '', children: [] };
  const open = [top];
  for (const token of tokens) {
    const inner = open.at(-1) ?? top;
    const [, closing, name, empty] = /^<(\/?)([A-Za-z][\w.:-]*)(?:\s[^>]*?)?(\/?)>$/.exec(token) ?? [];
    if (!token.startsWith('<')) inner.text += unescapeText(token);
    else if (name === undefined) throw malformed(`cannot read ${token}`);
    else if (closing) {
      if (open.length === 1 || inner.name !== name) throw malformed(`</${name}> closes nothing`);
      open.pop();
    } else {
      const element = { name, text: '', children: [] };
      inner.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root, second] = top.children;
  const isClosed = open.length === 1 && top.text.trim() === '';
  if (!root || second || !isClosed) throw malformed('expected one closed root element');
  return root;
}

function unescapeText(text: string): string {
  return text.replace(/&([^;]*);?/g, (_, entity: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(entity) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    const char = entities[entity];
    if (char === undefined) throw malformed(`unknown entity &${entity};`);
    return char;
  });
}

const malformed = (what: string) =>
  new S3Error('MalformedXML', `The XML you provided was not well-formed or did not validate: ${what}`);

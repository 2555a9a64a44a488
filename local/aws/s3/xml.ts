import { notImplemented, S3Error } from './s3-error.ts';

/** Elements to write: text, or elements inside. A list becomes repeated elements, `undefined` none. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

export function writeXml(root: string, content: XmlContent): string {
  // S3 gives every document its namespace, except an error.
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${write(content)}</${root}>`;
}

function write(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => [value].flat().map((one) => (one === undefined ? '' : element(name, one))))
    .join('');
}

const element = (name: string, content: XmlContent) => `<${name}>${write(content)}</${name}>`;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** XML 1.0 has no control characters. S3 writes them as numbers all the same, and the SDK reads them. */
function escapeText(text: string): string {
  return text.replace(/[<>&"\x00-\x1f\x7f\ufffe\uffff]/g, (char) => {
    const name = Object.keys(entities).find((entity) => entities[entity] === char);
    return name ? `&${name};` : `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

const malformed = (what: string) =>
  new S3Error(400, 'MalformedXML', `The XML you provided was not well-formed or did not validate: ${what}`);

const objectToDelete = /<Object>\s*<Key>([^<]*)<\/Key>\s*<\/Object>/g;

/** The one document that a client sends here: the keys of a DeleteObjects. */
export function readDelete(document: string): { readonly keys: readonly string[]; readonly quiet: boolean } {
  const [, content] = /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?<Delete(?:\s[^>]*)?>(.*)<\/Delete>\s*$/s.exec(document) ?? [];
  if (content === undefined) throw malformed('expected Delete');
  const keys = [...content.matchAll(objectToDelete)].map(([, key = '']) => unescapeText(key));
  const quiet = content.includes('<Quiet>true</Quiet>');
  const rest = content.replace(objectToDelete, '').replace(/<Quiet>(?:true|false)<\/Quiet>|\s/g, '');
  const [, unknown] = /<(\w+)/.exec(rest.replace(/<\/?(?:Object|Key)>/g, '')) ?? [];
  if (unknown !== undefined) throw notImplemented(`${unknown} of DeleteObjects`);
  if (rest !== '') throw malformed('expected Object with a Key, and Quiet');
  return { keys, quiet };
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

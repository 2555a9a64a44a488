import { unescapeXml, writeXml, type XmlContent } from '../http/xml.ts';
import { notImplemented, S3Error } from './s3-error.ts';

export const writeS3Xml = (root: string, content: XmlContent): string =>
  // S3 gives every document its namespace, except an error.
  writeXml(root, content, root === 'Error' ? undefined : 'http://s3.amazonaws.com/doc/2006-03-01/');

const malformed = (what: string) =>
  new S3Error(400, 'MalformedXML', `The XML you provided was not well-formed or did not validate: ${what}`);

export interface ObjectToDelete {
  readonly key: string;
  readonly ifMatch?: string;
  readonly version?: string;
}

const element = /<(Key|ETag|VersionId)>([^<]*)<\/\1>/g;
const objectToDelete = /<Object>((?:\s*<(Key|ETag|VersionId)>[^<]*<\/\2>)*)\s*<\/Object>/g;

/** The one document that a client sends here: the objects of a DeleteObjects. */
export function readDelete(document: string): {
  readonly objects: readonly ObjectToDelete[];
  readonly quiet: boolean;
} {
  const [, content] = /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?<Delete(?:\s[^>]*)?>(.*)<\/Delete>\s*$/s.exec(document) ?? [];
  if (content === undefined) throw malformed('expected Delete');
  const objects = [...content.matchAll(objectToDelete)].map(([, fields = '']) => {
    const texts = new Map([...fields.matchAll(element)].map(([, name = '', value = '']) => [name, unescaped(value)]));
    const [key, ifMatch, version] = [texts.get('Key'), texts.get('ETag'), texts.get('VersionId')];
    if (key === undefined) throw malformed('expected Object with a Key');
    return { key, ...(ifMatch !== undefined && { ifMatch }), ...(version !== undefined && { version }) };
  });
  const quiet = content.includes('<Quiet>true</Quiet>');
  const rest = content.replace(objectToDelete, '').replace(/<Quiet>(?:true|false)<\/Quiet>|\s/g, '');
  const [, unknown] = /<(\w+)/.exec(rest.replace(/<\/?(?:Object|Key|ETag|VersionId)>/g, '')) ?? [];
  if (unknown !== undefined) throw notImplemented(`${unknown} of DeleteObjects`);
  if (rest !== '') throw malformed('expected Object with a Key, and Quiet');
  return { objects, quiet };
}

function unescaped(text: string): string {
  const plain = unescapeXml(text);
  if (plain === undefined) throw malformed(`unknown entity in ${text}`);
  return plain;
}

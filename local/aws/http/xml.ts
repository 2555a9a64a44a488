/** Elements to write: text, or elements inside. A list becomes repeated elements, `undefined` none. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

export function writeXml(root: string, content: XmlContent, namespace?: string): string {
  const declared = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${declared}>${write(content)}</${root}>`;
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

/** `undefined` for an entity that XML does not have. */
export function unescapeXml(text: string): string | undefined {
  let isKnown = true;
  const plain = text.replace(/&([^;]*);?/g, (_, entity: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(entity) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const char = code <= 0x10ffff ? String.fromCodePoint(code) : entities[entity];
    isKnown &&= char !== undefined;
    return char ?? '';
  });
  return isKnown ? plain : undefined;
}

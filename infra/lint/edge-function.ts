import { runInNewContext } from 'node:vm';
import type { Behaviour } from './edge.ts';
import { at, list, type Plain, type Resource, refersTo, text, texts } from './plain-template.ts';

/** A viewer-response function of a behaviour. It is judged by what it does, so it is run. */
export interface ResponseFunction {
  readonly id: string;
  answer(given: Answer, uri: string): Answer;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export function responseFunctionOf(
  { properties }: Behaviour,
  resources: readonly Resource[],
): ResponseFunction | undefined {
  const attached = list(at(properties, 'FunctionAssociations'))
    .filter((association) => text(at(association, 'EventType')) === 'viewer-response')
    .flatMap((association) => texts(at(association, 'FunctionARN')));
  const found = resources.find(
    ({ id, type }) => type === 'AWS::CloudFront::Function' && attached.some((arn) => refersTo(arn, id)),
  );
  return found && { id: found.id, answer: (given, uri) => run(text(at(found.properties, 'FunctionCode')), given, uri) };
}

/** A function that throws is a 503 ("Restrictions on all edge functions"). */
function run(code: string, { status, headers }: Answer, uri: string): Answer {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
  const event = JSON.stringify({
    version: '1.0',
    context: { eventType: 'viewer-response' },
    request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
    response: { statusCode: status, headers: named, cookies: {} },
  });
  try {
    const program = `${code}\nJSON.stringify(handler(${event}))`;
    const returned: Plain = JSON.parse(runInNewContext(program, { console: { log() {} } }, { timeout: 500 }));
    const entries = Object.entries(at(returned, 'headers') ?? {}) as [string, Plain][];
    return {
      status: Number(text(at(returned, 'statusCode'))),
      headers: Object.fromEntries(entries.map(([name, value]) => [name, text(at(value, 'value'))])),
    };
  } catch {
    return { status: 503, headers: {} };
  }
}

import { parseArgs } from 'node:util';
import { type Environment, findEnvironment } from '../environments.ts';

export interface Options {
  readonly environment: Environment;
  /** A file to compare with, in place of what is deployed. */
  readonly template: string;
  /** `ACCEPT=destructive` */
  readonly acceptsDestruction: boolean;
  /** `CONFIRM=<stack>` */
  readonly confirmed: string;
}

/** Reads the options that the Makefile passes. */
export function readOptions(command: string): Options {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({ options: { env: text, template: text, accept: text, confirm: text } });
  if (!['', 'destructive'].includes(values.accept)) {
    throw new Error(`ACCEPT is ${JSON.stringify(values.accept)}, expected destructive or nothing`);
  }
  return {
    environment: findEnvironment(command, values.env),
    template: values.template,
    acceptsDestruction: values.accept === 'destructive',
    confirmed: values.confirm,
  };
}

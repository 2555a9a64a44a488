import { type Environment, stackName } from '../environments.ts';

/** Returns whether to continue or to ask first. Throws when there is no terminal, or when asking is not enough. */
export function mayDestroy({ stage }: Environment, confirmed: string, isTerminal: boolean): 'yes' | 'ask' {
  const stack = stackName(stage);
  if (confirmed === stack) return 'yes';
  const how = `make destroy ENV=${stage} CONFIRM=${stack}`;
  if (confirmed !== '') throw new Error(`CONFIRM is ${JSON.stringify(confirmed)}, expected ${stack}: ${how}`);
  if (stage === 'prod') throw new Error(`make destroy refuses prod without the name of its stack: ${how}`);
  if (!isTerminal) throw new Error(`There is no terminal to ask: ${how}`);
  return 'ask';
}

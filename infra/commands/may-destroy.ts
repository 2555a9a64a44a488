import { type Environment, stackName } from '../environments.ts';

/** Whether to go on (`yes`) or to ask first. Throws where nobody can be asked, or where asking is not enough. */
export function mayDestroy({ stage }: Environment, confirmed: string, isTerminal: boolean): 'yes' | 'ask' {
  const stack = stackName(stage);
  if (confirmed === stack) return 'yes';
  const how = `make destroy ENV=${stage} CONFIRM=${stack}`;
  if (confirmed !== '') throw new Error(`CONFIRM is ${JSON.stringify(confirmed)}, expected ${stack}: ${how}`);
  if (stage === 'prod') throw new Error(`make destroy refuses prod unless its stack is named: ${how}`);
  if (!isTerminal) throw new Error(`Nobody is here to be asked: ${how}`);
  return 'ask';
}

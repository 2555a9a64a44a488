import { type Environment, environments } from './environments.ts';

/** Returns the environment that `ENV=` names. */
export function findEnvironment(command: string, name: string | undefined): Environment {
  const found = environments.find(({ stage }) => stage === name);
  if (found) return found;
  const names = environments.map(({ stage }) => stage);
  throw new Error(
    `ENV is ${JSON.stringify(name ?? '')}, expected ${names.join(' or ')}: make ${command} ENV=${names[0]}`,
  );
}

import { type Environment, environments } from './environments.ts';

/** The environment that `ENV=` names. */
export function findEnvironment(verb: string, name: string | undefined): Environment {
  const found = environments.find(({ stage }) => stage === name);
  if (found) return found;
  const names = environments.map(({ stage }) => stage);
  throw new Error(`ENV is ${JSON.stringify(name ?? '')}, expected ${names.join(' or ')}: make ${verb} ENV=${names[0]}`);
}

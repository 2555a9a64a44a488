import type { Incident } from './incident.ts';
import { accessIncidents } from './incidents/access.ts';
import { capacityIncidents } from './incidents/capacity.ts';
import { noIncident } from './incidents/none.ts';
import { pictureIncidents } from './incidents/pictures.ts';
import { redirectIncidents } from './incidents/redirects.ts';

/** Everything that is rehearsed, by name: first where viewers go, then what refuses, then what is too little or too slow. */
export const incidents: ReadonlyMap<string, Incident> = new Map(
  Object.entries<Incident>({
    ...noIncident,
    ...redirectIncidents,
    ...accessIncidents,
    ...capacityIncidents,
    ...pictureIncidents,
  }),
);

/** The short form: one each of what the Lambda sees, what only the edge sees, and what the edge itself refuses. */
export const quickIncidents = ['redirect-loop', 'ghost-redirects', 'secret-drift'];

export function findIncident(name: string): Incident {
  const incident = incidents.get(name);
  if (!incident) throw new Error(`There is no incident "${name}": expected one of ${[...incidents.keys()].join(', ')}`);
  return incident;
}

/** Lets somebody practise alone: one of them, and nobody knows which. */
export const anyIncident = 'any';

export function pickIncident(): string {
  const names = [...incidents.keys()].filter((name) => name !== 'nothing');
  return names[Math.floor(Math.random() * names.length)] ?? '';
}

import type { Change } from './contract.ts';

/** Deeds that were done once, the last one first, and the way to undo each. */
export interface History {
  add(title: string, undo: () => Promise<void> | void): void;
  list(): readonly Change[];
  /** False when there is no such deed. */
  undo(id: string): Promise<boolean>;
}

export function createHistory(): History {
  const deeds = new Map<string, { readonly title: string; readonly undo: () => Promise<void> | void }>();
  let count = 0;
  return {
    add(title, undo) {
      count += 1;
      deeds.set(`deed-${count}`, { title, undo });
    },
    list: () => [...deeds].map(([id, { title }]) => ({ id, title })).reverse(),
    async undo(id) {
      const deed = deeds.get(id);
      if (!deed) return false;
      await deed.undo();
      deeds.delete(id);
      return true;
    },
  };
}

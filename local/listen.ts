import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on loopback and says on which port: 0 takes a free one. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} is taken: choose another one with PORT=`, { cause });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Ends the listening and what is under way. */
export async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

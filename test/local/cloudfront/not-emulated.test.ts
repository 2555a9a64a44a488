import { describe, it } from 'vitest';

/** Facts of CloudFront that the local chain leaves out, each with its reason, for docs/fidelity.md. */
describe('CloudFront, not emulated', () => {
  it.todo('§2.1 objects may be evicted early (not emulated: only when the memory of the edge is full)');
  it.todo(
    '§2.3 many edge locations, each with a cache of its own (not emulated: one; forget() stands for another one)',
  );
  it.todo('§2.3 answers of several ranges, multipart/byteranges (not emulated: the whole object is sent)');
  it.todo('§2.3 an answer reaches the viewer while it still arrives (not emulated: bodies are whole values)');
  it.todo(
    '§2.3 the limit of 3,000 paths in flight and the time an invalidation takes (not emulated: it is done at once)',
  );
  it.todo('§2.3 ForwardedValues and TTLs in a behaviour (not emulated: refused by name)');
  it.todo('§2.3 S3 REST origins, OAC and OAI (not emulated: refused by name)');
  it.todo('§2.3 CloudFront-* headers about the viewer (not emulated: refused by name)');
  it.todo('§2.4 Server-Timing (not emulated: refused by name)');
  it.todo('§2.5 2 MB of memory and the compute limit of a function (not emulated: only what never ends is stopped)');
  it.todo('§2.5 the syntax of runtime 2.0, which is older than V8 (not emulated: newer syntax runs here)');
  it.todo('§2.5 key value stores and the helpers of the cloudfront module (not emulated: refused by name)');
  it.todo('§2.5 repeated headers as multiValue (not emulated: they arrive joined, as everywhere in the chain)');
});

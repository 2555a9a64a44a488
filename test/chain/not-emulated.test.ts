import { describe, it } from 'vitest';

/** Facts of AWS that the chain leaves out as a whole, each with its reason, for docs/fidelity.md. */
describe('the chain, not emulated', () => {
  it.todo('§1.5 the Block Public Access of the account (not emulated: the preflight of a deploy asks for it)');
  it.todo('§2.3 TLS, certificates and HTTP/2 (not emulated: each entryPoint speaks plain http and stands for https)');
  it.todo('§3.1 REST APIs, their decoding and their stages (not emulated: refused by name)');
  it.todo('§3.1 payload format 1.0 (not emulated: refused by name)');
  it.todo('§3.1 function URLs of Lambda (not emulated: refused by name)');
  it.todo('§3.2 binary media types, gateway responses and methods of REST APIs (not emulated: HTTP APIs have none)');
  it.todo("§3.3 the account's 10,000 requests a second (not emulated: only the throttle of the stage counts)");
  it.todo('§3.3 the stage cache of REST APIs (not emulated: HTTP APIs have none)');
  it.todo('§3.3 /ping and /sping, which API Gateway keeps for itself (not emulated: no route of ours is near them)');
  it.todo('§4.1 a share of the processor by memory (not emulated: a function gets what this machine has)');
  it.todo('§4.1 512 MB of /tmp, and its fate at a timeout (not emulated: it is the /tmp of this machine)');
  it.todo('§4.1 50 MB zipped and 250 MB unzipped (not emulated: make build holds the code to its own limits)');
  it.todo('§4.1 1,024 file descriptors and threads (not emulated: those of this machine hold)');
  it.todo('§4.1 1,000 more environments every ten seconds (not emulated: as many processes as this machine may)');
  it.todo('§4.1 responses that are streamed (not emulated: HTTP APIs take whole ones)');
  it.todo('§4.1 asynchronous invocations, their retries and destinations (not emulated: only the API calls)');
  it.todo('§4.1 arm64 (not emulated: refused by name; make smoke-arm64 runs that code on an emulated processor)');
  it.todo('§4.2 bucket events, their form-encoded keys and their order (not emulated: nothing listens to them yet)');
  it.todo('§4.2 versions and delete markers (not emulated: S3 keeps the newest version here)');
  it.todo('§4.2 multipart uploads and conditional completes (not emulated: refused by name)');
  it.todo('§4.2 that expired objects may be read for a while (not emulated: they go at the midnight they expire)');
  it.todo("§5 redirect limits of curl, libcurl and k6 (not emulated: tests count hops and don't rely on them)");
  it.todo('§5 the Origin "null" of fetch after two hosts, service workers and canvas (not emulated: plain images)');
  it.todo('L5 the stage cache of a REST API in front of the Lambda (not emulated: refused by name)');
  it.todo('L16 an old alias that redirects to the new one and back (not emulated: DNS is not part of the chain)');
  it.todo('W3 a purge by bucket events when an original is replaced (not emulated: nothing listens to them yet)');
  it.todo('E4 the XML that a REST endpoint answers (not emulated: such an origin is refused by name)');
  it.todo('E6 an API that gives up after 29 s (not emulated by waiting: §3.2 has it, and the Lambda ends sooner)');
  it.todo('E7 routing rules that are not applied yet after a deploy (not emulated: here they are at once)');
  it.todo('E8 an extra field that makes a REST API answer 502 (not emulated: HTTP APIs pass it over)');
  it.todo('§8-8 which path a viewer-request function sees of //a/../b (not emulated: the raw one is assumed)');
  it.todo('§8-9 whether an empty 301 gets a Content-Type (not emulated: none is assumed; make smoke notes it)');
});

// Runs under the emulated processor: calls the built Lambda once for each query given, and prints what it answered.
const [folder, ...queries] = process.argv.slice(2);
const { handler } = await import(`${folder}/index.mjs`);

const replies = [];
for (const rawQueryString of queries) {
  const requestContext = { requestId: 'smoke', http: { method: 'GET', path: '/resize' } };
  // An emulated processor is slow, and this is no test of speed.
  const context = { getRemainingTimeInMillis: () => 300_000 };
  replies.push(await handler({ version: '2.0', rawQueryString, headers: {}, requestContext }, context));
}
process.stderr.write(JSON.stringify({ architecture: process.arch, replies }));

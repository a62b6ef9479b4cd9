import { createGateway } from '@sallyport/server';

// A development gateway whose limits on how often may be asked are out of the way. Prints what `serve --json` prints.
const [store = 'memory'] = process.argv.slice(2);
// What the settings take at most.
const REQUESTS = 1_000_000;
const OF_ONE_AGENT = 10_000;
const gateway = await createGateway({
  store,
  dev: true,
  aegis: { requestsPerMinute: REQUESTS, agentProposalsPerMinute: OF_ONE_AGENT, aggregateLimit: OF_ONE_AGENT },
});
const url = await gateway.listen({ port: 0 });
console.log(JSON.stringify({ url, credentials: gateway.credentials }));
process.once('SIGTERM', () => void gateway.close());

// Routes of a web service that only run when governance allows what they are asked to do.
import { AegisClient, type GovernedRequest } from '@sallyport/aegis';
import { createGateway } from '@sallyport/server';
import Fastify from 'fastify';

const gateway = await createGateway({ dev: true });
const { apiKey = '', adminKey = '' } = gateway.credentials['aegis'] ?? {};
const endpoint = await gateway.listen({ port: 0 });
// A gateway that is away is asked three times more: in a web service, soon after.
const aegis = new AegisClient({ endpoint, apiKey, retryDelayMs: 20 });

// What may be asked for, by whom, and within which limits: an admin's work.
const admin = new AegisClient({ endpoint, apiKey: adminKey });
await admin.capabilities.register({ name: 'infrastructure.deploy', riskLevel: 'medium' });
await admin.grants.create('deploy-bot', { capability: 'infrastructure.deploy' });
await admin.policies.create({
  name: 'Deploy to staging',
  rules: [
    {
      capability: 'infrastructure.deploy',
      condition: "parameters.environment == 'staging'",
      outcome: 'ALLOW',
      priority: 10,
    },
  ],
});

// The same function is a middleware of Express (`app.post(path, mayDeploy, …)`) and of Hono.
const mayDeploy = aegis.requireGovernance('infrastructure.deploy', { actorId: () => 'deploy-bot' });

const app = Fastify();
app.post('/deploy', { preHandler: mayDeploy }, async (request) => {
  const { governanceDecision }: GovernedRequest = request;
  return { deployed: request.body, decision: governanceDecision?.outcome };
});

for (const environment of ['staging', 'production']) {
  const answer = await app.inject({ method: 'POST', url: '/deploy', payload: { environment } });
  console.log(`${environment}:`, answer.statusCode, answer.body);
}

// Without a decision there is no deployment.
await gateway.close();
const answer = await app.inject({ method: 'POST', url: '/deploy', payload: { environment: 'staging' } });
console.log('gateway down:', answer.statusCode, answer.body);

await app.close();
await aegis.close();
await admin.close();

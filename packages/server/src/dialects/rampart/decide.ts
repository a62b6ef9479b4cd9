import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { badRequest, RequestFailure } from '../../http/failure.js';
import { pathParam } from '../../http/params.js';
import { preferredWait } from '../../http/prefer.js';
import { assess } from './assess.js';
import { callerOf } from './auth.js';
import { bodyBytes, exactBody } from './body.js';
import { preflightBody } from './conclude.js';
import { countNeeds } from './counts.js';
import { canonicalCall } from './documents/canonical.js';
import { hostedOwner } from './hosted.js';
import { keyOf } from './keyed.js';
import { decide } from './laps.js';
import type { Proposal } from './proposal.js';
import { plainRuling } from './ruling.js';
import type { Rampart } from './runtime.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;

/** `POST /v1/tool/{toolName}` */
export function decideTool(rampart: Rampart): Handler {
  return (request, reply) => {
    const proposal = readProposal(rampart, request, 'tool');
    if (proposal.verification) throw badRequest('verification mode is only available on the preflight endpoint');
    const waitSeconds = preferredWait(request.headers['prefer']) ?? 0;
    answerWith(reply, decide(rampart, proposal, { key: keyOf(request), reply, waitSeconds }));
  };
}

/** `POST /v1/preflight/{toolName}` */
export function decidePreflight(rampart: Rampart): Handler {
  return (request, reply) => {
    const proposal = readProposal(rampart, request, 'preflight');
    if (!proposal.verification) {
      answerWith(reply, decide(rampart, proposal, { key: keyOf(request), reply, waitSeconds: 0 }));
      return;
    }
    if (!proposal.caller.admin) throw new RequestFailure(403, 'verification mode requires the local admin token');
    if (proposal.enforce) throw badRequest('verification and enforce modes cannot be combined');
    answerWith(reply, verify(rampart, proposal));
  };
}

function readProposal(rampart: Rampart, request: FastifyRequest, route: Proposal['route']): Proposal {
  const caller = callerOf(request);
  const asked = canonicalCall(pathParam(request, 'toolName'), exactBody(request), caller.subject);
  // Field by field: copying an object whose shape varies costs more than deciding on it.
  return {
    call: asked.call,
    runId: asked.runId,
    toolCallId: asked.toolCallId,
    response: asked.response,
    enforce: asked.enforce,
    verification: asked.verification,
    approvalOwner: asked.approvalOwner,
    host: route === 'tool' ? hostedOwner(asked, caller) : undefined,
    caller,
    route,
    bodyBytes: bodyBytes(request).length,
    policies: rampart.policies.current(),
  };
}

/** Evaluates without recording or counting anything. */
async function verify(rampart: Rampart, proposal: Proposal): Promise<Answer> {
  const { store, clock } = rampart.engine;
  const now = clock.now();
  const needs = countNeeds(proposal.policies, proposal.call.tool, now);
  const facts = await Promise.all(needs.loads.map((load) => store.all(load)));
  const assessment = assess(rampart, proposal, now, needs.read(facts, true));
  return json(200, preflightBody(rampart, proposal, plainRuling(assessment, proposal.call)));
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import { RequestFailure } from '../../http/failure.js';
import { escapeHtml, type Page, sendPage } from '../../http/html.js';
import { pathParam } from '../../http/params.js';
import { findApproval } from './approvals.js';
import { visible } from './describe.js';
import type { Rampart } from './runtime.js';
import { rfc3339 } from './time.js';
import { statusWord } from './views.js';

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
pre{background:#f3f3f3;padding:1rem;overflow:auto;white-space:pre-wrap;word-break:break-word;border-radius:6px}
dt{font-weight:600}dd{margin:0 0 .5rem}button{font:inherit;padding:.6rem 1.4rem;margin-right:1rem;border-radius:6px;border:1px solid #888;cursor:pointer}
#approve{background:#116329;color:#fff}#deny{background:#82071e;color:#fff}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}pre{background:#222}}`;

/** Posts the answer back to the link itself: the signature is in its query. */
const SCRIPT = `
const say=document.getElementById('answer');
async function answer(approved){
  for(const button of document.querySelectorAll('button'))button.disabled=true;
  try{
    const response=await fetch(location.href,{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({approved})});
    const body=await response.json();
    say.textContent=response.ok?'Recorded: '+body.status+'.':body.error;
  }catch{say.textContent='The gateway could not be reached. Nothing was recorded.'}
}
document.getElementById('approve')?.addEventListener('click',()=>answer(true));
document.getElementById('deny')?.addEventListener('click',()=>answer(false));`;

const NOT_GOOD: Readonly<Record<number, string>> = {
  401: 'It has expired, or it was changed on its way to you. A request that nobody answers in time is denied: the agent has to ask again.',
  404: 'It is not whole, or its request is not known here any more. Open it exactly as you received it.',
};

/** What a browser is shown when a link is not good; everybody else is answered in JSON. */
export function failedPage(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const status = error instanceof RequestFailure ? error.status : 500;
  const why = NOT_GOOD[status];
  if (why === undefined || !/\btext\/html\b/i.test(request.headers.accept ?? '')) throw error;
  const body = `<h1>This link is not good</h1><p>${why}</p>`;
  sendPage(reply, { title: 'This link is not good', style: STYLE, script: '', body }, status);
}

/** `GET /v1/approvals/{id}/resolve`: the page that a signed link opens. Looking at it resolves nothing. */
export function approvalPage(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    findApproval(rampart, pathParam(request, 'id')).then(
      (approval) => {
        if (approval === undefined) void reply.send(new RequestFailure(404, 'approval not found'));
        else sendPage(reply, pageOf(approval));
      },
      (error: unknown) => void reply.send(error),
    );
  };
}

function pageOf(approval: Approval): Page {
  const facts: readonly (readonly [string, string])[] = [
    ['Agent', approval.agent],
    ['Session', approval.session],
    ['Tool', approval.tool],
    ['Why you are asked', approval.message],
    ['Expires', rfc3339(approval.expiresAt)],
  ];
  const list = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(visible(value))}</dd>`);
  const buttons = '<button id="approve">Approve</button><button id="deny">Deny</button>';
  const state = `<p>This request is ${statusWord(approval)} already.</p>`;
  return {
    title: 'Approval request',
    style: STYLE,
    script: SCRIPT,
    body:
      `<h1>May this run?</h1><pre>${escapeHtml(approval.summary)}</pre><dl>${list.join('')}</dl>` +
      `<h2>The whole call</h2><pre>${escapeHtml(indented(approval.call))}</pre>` +
      `${approval.status === 'pending' ? buttons : state}<p id="answer" role="status"></p>`,
  };
}

function indented(call: unknown): string {
  return JSON.stringify(call, null, 2).split('\n').map(visible).join('\n');
}

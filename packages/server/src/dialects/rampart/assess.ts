import type { Counts } from './counts.js';
import type { Facts, ToolCall, Verdict } from './policy/model.js';
import type { Proposal } from './proposal.js';
import type { Rampart } from './runtime.js';

/** A verdict, and how long it took. */
export interface Assessment {
  readonly verdict: Verdict;
  /** Whole microseconds. */
  readonly tookUs: number;
}

const verdict = (action: Verdict['action'], message: string): Verdict => ({
  action,
  message,
  matchedPolicies: [],
  suggest: false,
});

const SWITCHED_OFF: Assessment = { verdict: verdict('allow', 'policy evaluation disabled'), tookUs: 0 };
const COUNTER_FULL: Assessment = {
  verdict: verdict('deny', 'call counter capacity unavailable; refusing tool call'),
  tookUs: 0,
};

/** Asks the policies about a call. Pure but for reading the clock and, for path rules, symbolic links. */
export function assess(rampart: Rampart, proposal: Proposal, now: number, counts: Counts): Assessment {
  if (rampart.mode === 'disabled') return SWITCHED_OFF;
  if (counts.full) return COUNTER_FULL;
  const { caller, call, policies } = proposal;
  const facts: Facts = {
    now,
    callCount: counts.callCount,
    denyUnmatched: caller.subject !== undefined,
    realpath: rampart.realpath,
  };
  const bound = caller.policy === undefined ? facts : { ...facts, policyBinding: caller.policy };
  return timed(rampart, () => policies.evaluate(call, bound));
}

/** Asks the policies about a tool's output. */
export function assessResponse(rampart: Rampart, call: ToolCall, response: string): Assessment {
  return timed(rampart, () => rampart.policies.current().evaluateResponse(call, response));
}

function timed(rampart: Rampart, evaluate: () => Verdict): Assessment {
  const { clock } = rampart.engine;
  const started = clock.monotonic();
  const found = evaluate();
  return { verdict: found, tookUs: Math.round((clock.monotonic() - started) * 1000) };
}

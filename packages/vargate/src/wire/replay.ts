import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { BulkReplay, Replay, ReplayedDecision, SessionReplay, SessionReplayChange } from '../types/index.js';

const side = z
  .object({
    decision: z.string(),
    violations: field.texts,
    severity: field.text,
    bundle_revision: field.text,
    recorded_at: field.text,
    replayed_at: field.text,
  })
  .transform(
    (body): ReplayedDecision =>
      compact({
        decision: body.decision,
        violations: body.violations,
        severity: body.severity,
        bundleRevision: body.bundle_revision,
        at: body.recorded_at ?? body.replayed_at,
      }),
  );

/** A decision of which only the word is told. */
const bare = (decision: string | null | undefined): ReplayedDecision | undefined =>
  decision == null ? undefined : { decision, violations: [] };

const MATCHES: Readonly<Record<string, boolean>> = { MATCH: true, MISMATCH: false };

const replayBody = z.object({
  action_id: field.text,
  consistent: field.flag,
  replay_status: field.text,
  original: side.nullish(),
  replayed: side.nullish(),
  original_decision: field.text,
  replay_decision: field.text,
  replayed_decision: field.text,
  interpretation: field.text,
});

/** Gateways say it in one of two ways, or both: where they disagree, or say nothing, nothing is known. */
export const replay = replayBody
  .refine(
    ({ consistent, replay_status: status }) => {
      const matches = status == null ? undefined : MATCHES[status];
      return (consistent ?? matches) !== undefined && (consistent ?? matches) === (matches ?? consistent);
    },
    { message: '"consistent" and "replay_status" do not say one thing', path: ['consistent'] },
  )
  .transform(
    (body): Replay =>
      compact({
        actionId: body.action_id,
        consistent: body.consistent ?? body.replay_status === 'MATCH',
        replayStatus: body.replay_status,
        original: body.original ?? bare(body.original_decision),
        replayed: body.replayed ?? bare(body.replay_decision ?? body.replayed_decision),
        interpretation: body.interpretation,
      }),
  );

const failedReplay = z
  .object({ action_id: field.text, error: z.string() })
  .transform((body) => compact({ actionId: body.action_id, error: body.error }));

const summary = z
  .object({ total: field.number, matched: field.number, mismatched: field.number, errors: field.number })
  .nullish();

export const bulkReplay = z
  .object({ results: z.array(z.union([failedReplay, replay])), summary })
  .transform(({ results, summary: said }): BulkReplay => {
    const replays = results.filter((result): result is Replay => 'consistent' in result);
    const matched = replays.filter(({ consistent }) => consistent).length;
    return {
      results,
      summary: {
        total: said?.total ?? results.length,
        matched: said?.matched ?? matched,
        mismatched: said?.mismatched ?? replays.length - matched,
        errors: said?.errors ?? results.length - replays.length,
      },
    };
  });

const change = z
  .object({
    action_id: z.string(),
    tool: field.text,
    original_decision: field.text,
    replayed_decision: field.text,
    new_violations: field.texts,
  })
  .transform(
    (body): SessionReplayChange =>
      compact({
        actionId: body.action_id,
        tool: body.tool,
        originalDecision: body.original_decision,
        replayedDecision: body.replayed_decision,
        newViolations: body.new_violations,
      }),
  );

/** Either shape that the documents know: results of single replays, or what has changed. */
const result = z.object({
  action_id: z.string(),
  tool: field.text,
  replay_status: field.text,
  original: side.nullish(),
  replayed: side.nullish(),
});

function changeOf({ action_id: actionId, tool, original, replayed }: z.infer<typeof result>): SessionReplayChange {
  const known = new Set(original?.violations);
  return compact({
    actionId,
    tool,
    originalDecision: original?.decision,
    replayedDecision: replayed?.decision,
    newViolations: (replayed?.violations ?? []).filter((violation) => !known.has(violation)),
  });
}

export const sessionReplay = z
  .object({
    session_id: field.text,
    results: z.array(result).nullish(),
    summary,
    total_replayed: field.number,
    consistent: field.number,
    changed: field.number,
    changes: z.array(change).nullish(),
  })
  .refine(({ summary: said, total_replayed: total }) => said != null || total != null, {
    message: 'neither "summary" nor "total_replayed" is there',
  })
  .transform((body): SessionReplay => {
    const { summary: said, results } = body;
    const mismatches = (results ?? []).filter(({ replay_status: status }) => status === 'MISMATCH');
    return compact({
      sessionId: body.session_id,
      totalReplayed: body.total_replayed ?? said?.total ?? 0,
      consistent: body.consistent ?? said?.matched ?? 0,
      changed: body.changed ?? said?.mismatched ?? 0,
      errors: said?.errors ?? 0,
      changes: body.changes ?? mismatches.map(changeOf),
    });
  });

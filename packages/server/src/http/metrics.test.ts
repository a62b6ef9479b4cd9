import { expect, test } from 'vitest';
import { createMetrics } from './metrics.js';

test('counters, histograms and gauges come out in the Prometheus text format', async () => {
  const metrics = createMetrics();
  const decisions = metrics.counter('decisions_total', 'Decisions.', ['action', 'policy']);
  const seconds = metrics.histogram('eval_seconds', 'Evaluation.', [0.001, 0.1]);
  metrics.gauge('pending', 'Waiting.', async () => 3);
  decisions.add('deny', 'a "quoted\\" \n name');
  decisions.add('allow', 'none');
  decisions.add('allow', 'none');
  for (const value of [0.001, 0.05, 7]) seconds.observe(value);
  expect(await metrics.expose()).toBe(
    [
      '# HELP decisions_total Decisions.',
      '# TYPE decisions_total counter',
      'decisions_total{action="deny",policy="a \\"quoted\\\\\\" \\n name"} 1',
      'decisions_total{action="allow",policy="none"} 2',
      '# HELP eval_seconds Evaluation.',
      '# TYPE eval_seconds histogram',
      'eval_seconds_bucket{le="0.001"} 1',
      'eval_seconds_bucket{le="0.1"} 2',
      'eval_seconds_bucket{le="+Inf"} 3',
      'eval_seconds_sum 7.051',
      'eval_seconds_count 3',
      '# HELP pending Waiting.',
      '# TYPE pending gauge',
      'pending 3',
      '',
    ].join('\n'),
  );
});

import type { Clock } from '../engine/engine.js';
import { createMetrics, type Metrics } from './metrics.js';

/** What the process is using. */
export function processMetrics(clock: Clock): Metrics {
  const metrics = createMetrics();
  const startedAt = clock.now() / 1000;
  metrics.gauge('process_start_time_seconds', 'When the gateway started, unix time.', () => startedAt);
  metrics.gauge('process_cpu_seconds_total', 'Processor time used, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss());
  metrics.gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  return metrics;
}

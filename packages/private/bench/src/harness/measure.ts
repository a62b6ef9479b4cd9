/** Nanoseconds of one call of a synchronous function, over enough calls to be seen by the clock. */
export function nanosecondsPer(calls: number, work: (index: number) => void): number {
  const started = process.hrtime.bigint();
  for (let index = 0; index < calls; index++) work(index);
  return Number(process.hrtime.bigint() - started) / calls;
}

/** Calls per second with a fixed number of them in flight. */
export async function callsPerSecond(
  calls: number,
  inFlight: number,
  call: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) await call(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (calls * 1000) / (performance.now() - started);
}

import fc from 'fast-check';

// Every run of the quick suite sees the same cases. The long half sees more of them, and new ones each time;
// fast-check prints the seed of a failure, which SALLYPORT_FUZZ_SEED brings back.
const { SALLYPORT_FUZZ_RUNS: runs, SALLYPORT_FUZZ_SEED: seed } = process.env;

fc.configureGlobal({
  ...(runs === undefined ? { seed: 20 } : { numRuns: Number(runs) }),
  ...(seed !== undefined && { seed: Number(seed) }),
});

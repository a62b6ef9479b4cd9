const { AegisClient } = require('@sallyport/aegis');
const { AegisClientSync } = require('@sallyport/aegis/sync');
const { MeshGuardClient } = require('@sallyport/meshguard');
const { MeshGuardClientSync } = require('@sallyport/meshguard/sync');
const { RampartClient } = require('@sallyport/rampart');
const { RampartClientSync } = require('@sallyport/rampart/sync');
const { rampartFormula, verifyChainSync } = require('@sallyport/verify');
const { round } = require('./round.cjs');

// Older runners report an unhandled rejection in ways of their own.
round({
  RampartClient,
  RampartClientSync,
  MeshGuardClient,
  MeshGuardClientSync,
  AegisClient,
  AegisClientSync,
  rampartFormula,
  verifyChainSync,
}).catch((error) => {
  console.error(error);
  process.exit(1);
});

export type { RampartOptions } from './dialects/rampart/options.js';
export type { Clock, Ids, Log, Random } from './engine/engine.js';
export { createGateway, type Gateway, type InjectRequest, type InjectResponse } from './gateway.js';
export type { DialectOptions, GatewayOptions, ListenOptions } from './gateway-options.js';

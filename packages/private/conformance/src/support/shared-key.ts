/** Replicas need one key, and nowhere to keep it; a store on this machine keeps its own. */
export const SHARED_KEY = Buffer.alloc(32, 'shared by replicas').toString('base64');

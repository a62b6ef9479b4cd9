// A receiver of webhooks believes nobody: signature and time are checked over the raw body, and each delivery counts once.
import { createServer } from 'node:http';
import { signWebhook, VerificationError, verifyWebhook } from '@sallyport/verify';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const seen = new Set<string>();

/** What a delivery is answered with. */
function receive(headers: NodeJS.Dict<string | string[]>, body: string): { status: number; says: string } {
  try {
    const { id } = verifyWebhook({ headers, body, keys: SECRET, nowMs: Date.now() });
    if (seen.has(id)) return { status: 200, says: 'had that one' };
    seen.add(id);
    return { status: 200, says: `took ${JSON.parse(body).type}` };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { status: 400, says: error.code };
  }
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { status, says } = receive(request.headers, body);
  response.writeHead(status).end(says);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
const url = `http://127.0.0.1:${address.port}`;

/** Delivers as a gateway does that signs by the Standard Webhooks specification. */
async function deliver(id: string, sentMs: number, sent: string, arrives = sent): Promise<string> {
  const headers = signWebhook({ id, timestamp: Math.floor(sentMs / 1000), body: sent, keys: SECRET });
  const response = await fetch(url, { method: 'POST', headers, body: arrives });
  return `${response.status} ${await response.text()}`;
}

const event = '{"type":"approval.requested","tool":"exec"}';
const now = Date.now();
console.log('signed:', await deliver('msg_1', now, event));
console.log('the same again:', await deliver('msg_1', now, event));
console.log('changed on the way:', await deliver('msg_2', now, event, event.replace('exec', 'read')));
console.log('an old one, replayed:', await deliver('msg_3', now - 3_600_000, event));

server.close();

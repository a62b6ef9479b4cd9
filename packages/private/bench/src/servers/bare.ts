import { createServer } from 'node:http';
import { SUBJECTS } from '../gateways/index.js';

// The least that a decision server can do: read the body, parse it, answer JSON. Prints its address.
const name = Object.keys(SUBJECTS).find((known): known is keyof typeof SUBJECTS => known === process.argv[2]);
if (name === undefined) throw new Error('Which gateway shall be answered like?');
const { answer } = await SUBJECTS[name]();

let headers: NodeJS.Dict<string | string[]> = {};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const asked = request.url === '/last-headers';
    if (!asked) {
      headers = request.headers;
      if (request.method === 'POST') JSON.parse(Buffer.concat(chunks).toString('utf8'));
    }
    const body = JSON.stringify(asked ? headers : answer);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`http://127.0.0.1:${address.port}`);
});
process.on('SIGTERM', () => process.exit(0));

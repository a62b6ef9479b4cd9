import { createServer } from 'node:http';

// The least that a decision server can do: read the body, parse it, answer JSON. Prints its address.
const ANSWER = {
  decision: 'allow',
  message: 'No matching standard policy rule',
  allowed: true,
  eval_duration_us: 12,
  suggestions: [],
  audit_id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3D',
  policy: 'allow-unmatched',
  matched_policies: ['allow-unmatched'],
};

let headers: NodeJS.Dict<string | string[]> = {};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const asked = request.url === '/last-headers';
    if (!asked) {
      headers = request.headers;
      JSON.parse(Buffer.concat(chunks).toString('utf8'));
    }
    const body = JSON.stringify(asked ? headers : ANSWER);
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

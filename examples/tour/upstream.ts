import { createServer } from 'node:http';

/** A company's address book, which agents reach through the gateway only. */
export interface AddressBook {
  readonly url: string;
  /** What has reached it, such as `GET /api/contacts`. */
  readonly requests: readonly string[];
  stop(): void;
}

const contacts = [
  { id: 1, name: 'Ada Lovelace' },
  { id: 2, name: 'Grace Hopper' },
];

/** Starts it on a free port of loopback. */
export async function startAddressBook(): Promise<AddressBook> {
  const requests: string[] = [];
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(contacts));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The address book has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

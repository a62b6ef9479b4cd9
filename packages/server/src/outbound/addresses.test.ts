import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './addresses.js';

const SPECIAL = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
];

const PUBLIC = ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255'];
const MORE_PUBLIC = ['172.32.0.0', '192.0.1.0', '192.167.255.255', '198.17.255.255', '198.20.0.0', '223.255.255.255'];

const hex = (v4: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

describe('an address that anybody may be found at', () => {
  test.each([...PUBLIC, ...MORE_PUBLIC])('%s is one', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each(SPECIAL)('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001:81b::200e', '3ffe::1'])(
    '%s is one',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  test.each([
    '::',
    '::1',
    '::2',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:10::1',
    '2001:db8::1',
    '2002:0a00:0001::1',
    '2002:0808:0808::1',
    '3fff::1',
    '5f00::1',
    '64:ff9b:1::1',
    '4000::1',
    '::10.0.0.1',
  ])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['::ffff:', '64:ff9b::'])('one that embeds IPv4 as %s counts as that', (prefix) => {
    for (const address of SPECIAL) {
      expect([address, isPublicAddress(prefix + address)]).toEqual([address, false]);
      expect([address, isPublicAddress(prefix + hex(address))]).toEqual([address, false]);
    }
    for (const address of PUBLIC) {
      expect([address, isPublicAddress(prefix + address)]).toEqual([address, true]);
      expect([address, isPublicAddress(prefix + hex(address))]).toEqual([address, true]);
    }
  });

  test.each(['', 'localhost', 'example.com', '1.1.1', '256.1.1.1', '1.1.1.1 ', 'http://1.1.1.1', '::ffff:'])(
    '%j is no address at all',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  test('any IPv4 address counts the same in every notation', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
        expect(isPublicAddress(`0:0:0:0:0:ffff:${hex(address)}`)).toBe(isPublicAddress(address));
        expect(isPublicAddress(`64:ff9b:0:0:0:0:${hex(address)}`)).toBe(isPublicAddress(address));
      }),
    );
  });

  test('no text at all makes it throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (text) => typeof isPublicAddress(text) === 'boolean'));
  });
});

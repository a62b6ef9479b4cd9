/** The bytes of standard base64, or undefined for anything but its one canonical spelling (RFC 4648 §4). */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Whole numbers as C2SP formats write them: no sign, no leading zero. */
export function fromDecimal(text: string): number | undefined {
  const number = Number(text);
  return /^(?:0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

import { ResponseTooLargeError } from '../errors/response.js';

/** The failure of an exchange whose response was cut off at the limit. */
export const tooLarge = (limitBytes: number): ResponseTooLargeError =>
  new ResponseTooLargeError(
    `The response is larger than ${limitBytes} bytes. Raise maxResponseBytes, or read it as a stream.`,
    { limitBytes },
  );

import { field } from '@sallyport/core/internal';

// Older gateways leave fields out, Go ones send null for an empty list: both are read as nothing being there.
export const { text, orEmpty, number, orZero, flag, orFalse, record, list: orNone, texts, counts } = field;

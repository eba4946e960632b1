import { z } from 'zod';

/** A number of tokens as a server or a recording gives it: whole, and no larger than any run adds up. */
export const tokenCount = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40);

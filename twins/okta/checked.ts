/** Operations whose behaviour is compared with the official client or a recording; see client.test.ts and recorded.test.ts. */
export const checked: readonly string[] = []

import { createHash } from 'node:crypto'

/**
 * The content security policy of a page: nothing but this style and this script, and no text may
 * become markup by any way that Chromium knows.
 */
export function policyOf(style: string, script: string): string {
  const hash = (text: string): string =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

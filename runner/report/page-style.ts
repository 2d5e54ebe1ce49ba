import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The whole look of our pages, light and dark. */
export const style: string = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8')

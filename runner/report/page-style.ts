import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** In this order: what comes later stands above what came before. */
const files = ['page', 'page-parts', 'page-trials', 'page-story', 'page-media']

/** The whole look of our pages, light and dark. */
export const style: string = files
  .map((name) => readFileSync(join(import.meta.dirname, `${name}.css`), 'utf8'))
  .join('')

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** In this order: what comes later stands above what came before. */
const files = ['page', 'page-parts', 'page-trials', 'page-story', 'page-media']

/** The whole look of the page of a run, light and dark. */
export const style: string = files.map(readStyle).join('')

/** What every page of ours looks like, without what only trials need. */
export const plainStyle: string = ['page', 'page-parts', 'page-media'].map(readStyle).join('')

function readStyle(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.css`), 'utf8')
}

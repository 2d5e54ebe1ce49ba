import { byId } from './dom.ts'
import { followTheme } from './theme.ts'

/** What the release managers' page does besides standing there: a button for its colours. */

const theme = byId('theme')
followTheme(theme)
theme.hidden = false
document.documentElement.dataset['ready'] = 'true'

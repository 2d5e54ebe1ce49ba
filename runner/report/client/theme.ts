const order = ['auto', 'light', 'dark'] as const
type Theme = (typeof order)[number]
const KEY = 'backlot-theme'

/** Lets a button go from the system's colours to light to dark and back; the choice is kept where the browser allows it. */
export function followTheme(button: HTMLElement): void {
  let theme = kept()
  const show = (): void => {
    document.documentElement.dataset['theme'] = theme
    button.textContent = `Colours: ${theme}`
  }
  show()
  button.addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length]!
    show()
    try {
      localStorage.setItem(KEY, theme)
    } catch {
      // A page from a file may keep nothing: then the choice lasts as long as the page.
    }
  })
}

function kept(): Theme {
  try {
    return order.find((one) => one === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

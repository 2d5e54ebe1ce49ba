/** JSON as Slack spells it: compact, `/` as `\/`, everything beyond ASCII as `\uXXXX` (FACTS: spelling). */
export function spell(value: unknown): string {
  const text = JSON.stringify(value)
  return special.test(text) ? text.replace(everySpecial, escape) : text
}

const special = /[/\u007f-\uffff]/
const everySpecial = /[/\u007f-\uffff]/g

function escape(one: string): string {
  return one === '/' ? '\\/' : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
}

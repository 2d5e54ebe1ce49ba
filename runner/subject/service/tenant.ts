/** How one process of a service tells its trials apart. `{name}` in texts stands for a value of the trial's own. */
export interface TenantDescription {
  /** Sent when a trial begins, with its settings as JSON: `POST /tenants`. Fields of its JSON answer may be used below: `{id}`. */
  open?: string
  /** Sent when a trial has ended: `DELETE /tenants/{id}`. */
  close?: string
  /** Stands before the path of every request: `/t/{id}`. */
  path?: string
  /** Headers of every request: `{ "x-tenant": "{id}" }`. */
  headers?: Readonly<Record<string, string>>
}

/** What the `{names}` of a tenant's texts stand for in one trial. */
export type TenantValues = Readonly<Record<string, string>>

/** What is known of a trial before its tenant is opened: its name, its settings one by one (`{SLACK_BOT_TOKEN}`), and all of them as base64url of JSON. */
export function valuesOf(url: string, env: Readonly<Record<string, string>>): TenantValues {
  const trial = new URL(url).hostname.split('.', 1)[0]!
  const settings = Buffer.from(JSON.stringify({ url, env })).toString('base64url')
  return { ...env, trial, url, settings }
}

/** What an opening request was answered with, as values; only plain texts and numbers of the top. */
export function valuesIn(answer: string): TenantValues {
  let value: unknown
  try {
    value = JSON.parse(answer)
  } catch {
    return {}
  }
  if (typeof value !== 'object' || value === null) return {}
  const plain = Object.entries(value).filter(([, one]) => /^(?:string|number)$/.test(typeof one))
  return Object.fromEntries(plain.map(([name, one]) => [name, String(one)]))
}

/** `POST /tenants` as its parts. */
export function readRequestLine(line: string): { method: string; path: string } {
  const [method = '', path = ''] = line.split(' ')
  return { method, path }
}

const names = /\{([A-Za-z_]\w*)\}/g

/** A text with its `{names}` filled in. A setting that this trial has not (`{OKTA_CLIENT_TOKEN}` without Okta) is empty. */
export function fill(text: string, values: TenantValues, spell = (value: string) => value): string {
  return text.replaceAll(names, (_whole, name: string) => spell(values[name] ?? ''))
}

/** The first of a tenant's `{names}` that has no value and is no setting; undefined when all are known. */
export function missingName(
  { close = '', path = '', headers = {} }: TenantDescription,
  values: TenantValues,
): string | undefined {
  const all = [close, path, ...Object.values(headers)].join(' ')
  const found = [...all.matchAll(names)].map(([, name]) => name!)
  return found.find((name) => values[name] === undefined && !/^[A-Z][A-Z0-9_]*$/.test(name))
}

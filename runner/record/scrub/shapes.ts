/**
 * What gives itself away by how it looks. Each part begins where no word goes on before it and repeats
 * within bounds, so that the time stays proportional to the text, whatever the text is.
 */

const start = String.raw`(?<![A-Za-z0-9_-])`

/** The beginnings by which vendors mark their keys; kept, since they tell which kind of key it was. */
const marks = [
  String.raw`xox[a-z](?:\.xox[a-z])?-`,
  'xapp-',
  'gh[pousr]_',
  'github_pat_',
  'glpat-',
  '(?:sk|pk|rk)(?:_live|_test|-ant|-proj)?[-_]',
  '(?:AKIA|ASIA)(?=[A-Z0-9]{12})',
  'AIza',
  String.raw`ya29\.`,
  'GOCSPX-',
  '1//0',
  'npm_',
  'pypi-',
  String.raw`SG\.`,
  'shp(?:at|ca|pa|ss)_',
  'whsec_',
  'hf_',
  'ATATT3',
  'lin_(?:api|oauth)_',
  'dop_v1_',
  'EAAC',
]

/** Keys of known vendors, at their beginning. */
export const vendorKey = new RegExp(`^(${marks.join('|')})[\\w.-]{10,}$`)

const parts = {
  pem: String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)`,
  login: String.raw`(?<=[a-z]:\/\/)[^\s\/:@"'<>]{0,200}:[^\s\/@"'<>]{1,200}(?=@)`,
  jwt: `${start}${String.raw`eyJ[\w-]{4,}\.[\w-]{2,}(?:\.[\w-]*){1,3}`}`,
  vendor: `${start}(?:${marks.join('|')})${String.raw`[\w.-]{10,}`}`,
  scheme: String.raw`(?<![\w])(?:[Bb]earer|[Bb]asic|SSWS|GenieKey)\s{1,4}(?=[^\s"',;]{0,200}[\d.+\/=_-])[\w.~+\/=-]{8,}`,
  mailbox: String.raw`(?<![\p{L}\p{N}.+@_-])\p{L}[\p{L}'’.-]{0,40}(?:,? \p{L}[\p{L}'’.-]{0,40}){1,3} (?=<[^\s<>@]{1,64}@)`,
  email: String.raw`(?:(?<![\p{L}\p{N}])|(?<=%[0-9A-Fa-f]{2}))[\p{L}\p{N}_][\p{L}\p{N}.+_'-]{0,127}(?:@|%40)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}])`,
  base64: String.raw`(?<![\w+\/=.:%-])[A-Za-z0-9+\/]{20,}={0,2}(?![\w+\/=])`,
  run: `${start}[A-Za-z0-9_-]{20,}`,
  card: String.raw`(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])`,
}

/** A part of a text that may have to be replaced. */
export type ShapeName = keyof typeof parts

/** In the order of their groups: no other groups are in there. */
export const shapeNames = Object.keys(parts) as ShapeName[]

/** All of them in one pattern with a group each: what is replaced once is not looked at again. */
export const shapes = new RegExp(
  Object.entries(parts)
    .map(([name, part]) => `(?<${name}>${part})`)
    .join('|'),
  'gu',
)

const secretWords = String.raw`[\w.-]{0,40}(?:password|passwd|passphrase|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|signature|session[_-]?id)|pwd|jwt|sig`

/** `name=value`, `"name": "value"`, `<name>value<`: as secrets stand in texts that are no JSON. */
export const namedSecret = new RegExp(
  String.raw`(?<before>(?<![\w.-])(?<name>(?i:${secretWords}))(?:\\?["'])?\s{0,3}[:=]\s{0,3}(?:\\?["'])?|<(?<tag>(?i:${secretWords}))>)(?<value>[^\s"'&,;<>{}\\]{3,})`,
  'gu',
)

/** The check digit of payment cards. */
export function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].map(Number).reverse()
  const sum = digits.reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? digit : digit * 2
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}

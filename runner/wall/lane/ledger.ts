import type { LedgerLine } from './messages.ts'

/** Where connections to any port but 80 and 443 end. */
export const otherPort = 65000

/** So many destinations are held of each kind between two readings. */
const linesMax = 4096

const sets = ['tried4', 'tried6', 'other4', 'other6'] as const

/**
 * The rules of a lane: what is not the lane's own (loopback, HTTP to addresses that stand for names)
 * is kept in sets, which the packets themselves fill, and every other TCP port leads to one listener.
 */
export const ruleset = `
table inet lane {
  set tried4 { type inet_proto . ipv4_addr . inet_service; flags dynamic; size ${linesMax}; }
  set tried6 { type inet_proto . ipv6_addr . inet_service; flags dynamic; size ${linesMax}; }
  set other4 { type inet_proto . ipv4_addr; flags dynamic; size ${linesMax}; }
  set other6 { type inet_proto . ipv6_addr; flags dynamic; size ${linesMax}; }
  chain ledger {
    type filter hook output priority -150;
    ip daddr 127.0.0.0/8 accept
    ip6 daddr ::1 accept
    ct direction reply accept
    ip daddr 198.18.0.0/15 tcp dport { 80, 443 } accept
    ct state related accept
    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept
    meta l4proto { tcp, udp } update @tried4 { meta l4proto . ip daddr . th dport } accept
    meta l4proto { tcp, udp } update @tried6 { meta l4proto . ip6 daddr . th dport } accept
    meta nfproto ipv4 update @other4 { meta l4proto . ip daddr } accept
    meta nfproto ipv6 update @other6 { meta l4proto . ip6 daddr } accept
  }
  chain others {
    type nat hook output priority -100;
    ip daddr 127.0.0.0/8 accept
    ip6 daddr ::1 accept
    meta l4proto tcp tcp dport != { 80, 443 } redirect to :${otherPort}
  }
  chain echoes {
    type filter hook input priority 0;
    meta l4proto icmp icmp type echo-request drop
    meta l4proto ipv6-icmp icmpv6 type echo-request drop
  }
}
`

interface ListedSet {
  set?: { name: string; elem?: Listed[] }
}
type Listed = { elem: { val: { concat: unknown[] } } } | { concat: unknown[] }

/** What the sets hold, read from `nft -j list table`, and the commands that take just that out of them again. Throws when the table is gone. */
export function readLedger(json: string): { lines: LedgerLine[]; forget: string } {
  const { nftables } = JSON.parse(json) as { nftables: ListedSet[] }
  const found = nftables.flatMap(({ set }) => (set === undefined ? [] : [set]))
  if (sets.some((name) => !found.some((one) => one.name === name))) {
    throw new Error('the ledger of the lane is gone')
  }
  const lines: LedgerLine[] = []
  const commands: string[] = []
  for (const { name, elem = [] } of found) {
    if (elem.length === 0) continue
    const keys = elem.map((one) => ('elem' in one ? one.elem.val : one).concat)
    for (const [protocol, address, port] of keys) {
      const line: LedgerLine = { protocol: String(protocol), address: String(address) }
      lines.push(port === undefined ? line : { ...line, port: Number(port) })
    }
    if (elem.length >= linesMax) {
      lines.push({ protocol: 'any', address: `more than ${linesMax} destinations` })
    }
    const spelled = keys.map((key) => key.map(String).join(' . '))
    commands.push(`delete element inet lane ${name} { ${spelled.join(', ')} }`)
  }
  lines.sort(byPlace)
  return { lines, forget: commands.join('\n') }
}

/** The kernel keeps them in no order. */
function byPlace(a: LedgerLine, b: LedgerLine): number {
  const [one, other] = [`${a.protocol} ${a.address}`, `${b.protocol} ${b.address}`]
  if (one !== other) return one < other ? -1 : 1
  return (a.port ?? 0) - (b.port ?? 0)
}

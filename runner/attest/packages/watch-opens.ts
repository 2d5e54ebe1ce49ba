import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Files that were opened, from outside whoever opened them. */
export interface OpensWatch {
  /** Ends the watch; absolute paths of the files. `isWhole` is false when the kernel could not tell of all. */
  end: () => Promise<{ files: Set<string>; isWhole: boolean }>
}

/** Numbers of inotify_init1 and inotify_add_watch (asm/unistd.h). */
const calls: Partial<Record<NodeJS.Architecture, readonly [number, number]>> = {
  x64: [294, 254],
  arm64: [26, 27],
}

/**
 * Node's own watches don't tell of opens. Perl, which Debian's and Red Hat's base systems bring, can ask
 * the kernel (inotify(7)): folders come in on stdin, one a line, an empty line ends them; each file that
 * is opened goes out once; the end of stdin ends it all.
 */
const script = String.raw`
use strict; use warnings;
my ($init, $add) = (int $ARGV[0], int $ARGV[1]);
my $fd = syscall($init, 0);
die "inotify: $!" if $fd < 0;
open(my $events, '<&=', $fd) or die "inotify: $!";
$| = 1;
my (%dirs, %told);
my $whole = 1;
while (my $dir = <STDIN>) {
  chomp $dir;
  last if $dir eq '';
  my $wd = syscall($add, $fd, $dir, 0x20 | 0x01000000);
  if ($wd < 0) { $whole = 0; next }
  $dirs{$wd} = $dir;
}
print "ready\n";
sub take {
  my $n = sysread($events, my $buffer, 1 << 16);
  return unless $n;
  my $at = 0;
  while ($at < $n) {
    my ($wd, $mask, $cookie, $len) = unpack('lLLL', substr($buffer, $at, 16));
    my $name = unpack('Z*', substr($buffer, $at + 16, $len));
    $at += 16 + $len;
    if ($mask & 0x4000) { $whole = 0; next }
    next if $mask & 0x40000000 or $name eq '' or not defined $dirs{$wd};
    my $path = "$dirs{$wd}/$name";
    print "open $path\n" unless $told{$path}++;
  }
}
for (;;) {
  my $bits = '';
  vec($bits, $fd, 1) = 1;
  vec($bits, 0, 1) = 1;
  select(my $ready = $bits, undef, undef, undef);
  if (vec($ready, $fd, 1)) { take(); next }
  last unless sysread(STDIN, my $word, 1);
}
print $whole ? "whole\n" : "part\n";
`

/** Watches folders (not what is below them); undefined where this machine can't. */
export async function watchOpens(folders: readonly string[]): Promise<OpensWatch | undefined> {
  const numbers = calls[process.arch]
  const perl = findPerl()
  if (process.platform !== 'linux' || numbers === undefined || perl === undefined) return undefined
  const child = spawn(perl, ['-e', script, ...numbers.map(String)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  const files = new Set<string>()
  let rest = ''
  let onReady: (isReady: boolean) => void = () => {}
  const ready = new Promise<boolean>((resolve) => (onReady = resolve))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', () => onReady(false))
  child.once('close', () => onReady(false))
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop()!
    for (const part of parts) {
      if (part.startsWith('open ')) files.add(part.slice(5))
      else if (part === 'ready') onReady(true)
      else lines.push(part)
    }
  })
  // A name with a line break can't be told; whoever has one is not watched, and it is said.
  const tellable = folders.filter((one) => !one.includes('\n'))
  child.stdin.write(`${tellable.join('\n')}\n\n`)
  if (!(await ready)) return undefined
  return {
    end: async () => {
      child.stdin.end()
      await ended
      return { files, isWhole: lines.at(-1) === 'whole' && tellable.length === folders.length }
    },
  }
}

function findPerl(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin']
  return folders
    .filter((one) => one.startsWith('/'))
    .map((one) => join(one, 'perl'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Shorter than this, chance and words can't be told apart. */
export const randomLengthLeast = 20

/** Pairs of letters that are rare inside words, and every third pair of random letters. */
const rarePairs = new Set(
  `bc bd bf bg bh bk bn bp bq bv bw bx bz cb cd cf cg cj cm cn cp cv cw cx cz db dc df dh dj dk dm
   dp dq dt dv dx dz fb fc fd fg fh fj fk fm fn fp fq fv fw fx fz gb gc gd gf gj gk gp gq gt gv gw gx
   gz hb hc hd hf hg hh hj hk hl hp hq hs hv hw hx hz iq iu iw iy jb jc jd jf jg jh jj jk jl jm jn jp
   jq jr js jt jv jw jx jy jz kb kc kd kf kg kh kj kk km kp kq kt kv kw kx kz lh lj lq lr lw lx lz
   mg mh mj mk mq mr mt mv mw mx mz nq nx oq pb pc pd pf pg pj pk pm pn pq pv pw px pz qa qb qc qd qe
   qf qg qh qi qj qk ql qm qn qo qp qr qs qt qv qw qx qy qz rj rq rx rz sb sf sg sj sv sx sz tb td tf
   tg tj tk tn tp tq tv tx tz uj uq uv uw ux uy vb vc vd vf vg vh vj vk vl vm vn vp vq vr vs vt vu vv
   vw vx vz wb wc wd wf wg wj wk wm wp wq wt wu wv ww wx wz xb xd xf xg xj xk xl xm xn xo xq xr xs xu
   xv xw xx xz yb yd yf yg yh yj yk yn yq yu yv yx yy yz zb zc zd zf zg zh zj zk zl zm zn zp zq zr zs
   zt zu zv zw zx`.split(/\s+/),
)

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Hexadecimal with a fair share of both kinds. */
const hexadecimal = /^(?=(?:.*\d){4})(?=(?:.*[a-f]){4})(?:[0-9a-f]+|[0-9A-F]+)$/i

/**
 * Whether a run of letters and digits looks drawn by lot, as keys and most ids are. Words, camelCase
 * and dates are read in long pieces of one kind (`created`, `By`, `2024`); chance changes kind at
 * almost every character, and puts letters together that no word does.
 */
export function looksRandom(run: string): boolean {
  if (run.length < randomLengthLeast) return false
  if (uuid.test(run)) return true
  if (hexadecimal.test(run)) return true
  const pieces = run.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []
  const letters = pieces.filter((piece) => !/\d/.test(piece)).join('').length
  const characters = pieces.join('').length
  const mixed = /\d/.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run))
  // Digits with hardly a letter are times and numbers.
  if (!mixed || letters < 3 || letters < characters / 8) return false
  return characters / pieces.length < 2.9 || rareShare(pieces) > 0.15
}

function rareShare(pieces: readonly string[]): number {
  let [pairs, rare] = [0, 0]
  for (const piece of pieces) {
    const lower = piece.toLowerCase()
    if (/\d/.test(lower)) continue
    for (let at = 1; at < lower.length; at++) {
      pairs++
      if (rarePairs.has(lower.slice(at - 1, at + 1))) rare++
    }
  }
  return pairs < 4 ? 0 : rare / pairs
}

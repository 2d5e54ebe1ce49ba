/** The contrast of two colours (`rgb(…)` as a browser computes them) by WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g)!.map((part) => {
      const c = Number(part) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }) as [number, number]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

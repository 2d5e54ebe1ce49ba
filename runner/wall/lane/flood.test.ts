import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { boardWorld } from '../../testing/board-stage.ts'
import { FloodWatch } from './flood.ts'

function socketWith(bytesRead: number, bytesWritten: number): Socket {
  return { bytesRead, bytesWritten } as Socket
}

describe('the watch for floods', () => {
  it('counts calls, each world for itself, and tells of the first too many once', () => {
    const watch = new FloodWatch({ calls: 2, bytes: 1000 })
    const [one, other] = [boardWorld(), boardWorld()]
    const call = (world = one) => watch.count(world, socketWith(1, 1))
    expect([call(), call()].map(({ isOver }) => isOver)).toEqual([false, false])
    expect(call()).toEqual({ isOver: true, isFirst: true })
    expect(call()).toEqual({ isOver: true, isFirst: false })
    expect(call(other)).toEqual({ isOver: false, isFirst: false })
  })

  it('counts bytes both ways, and what a connection moved before only once', () => {
    const watch = new FloodWatch({ calls: 100, bytes: 1000 })
    const world = boardWorld()
    const socket = { bytesRead: 300, bytesWritten: 300 } as Socket & { bytesRead: number }
    expect(watch.count(world, socket).isOver).toBe(false)
    expect(watch.count(world, socket).isOver).toBe(false)
    Object.assign(socket, { bytesWritten: 701 })
    expect(watch.count(world, socket)).toEqual({ isOver: true, isFirst: true })
  })
})

import { expect, test } from 'vitest'
import type { Contract, Operation } from './contract.ts'
import { formatContract } from './write.ts'

function operation(id: string): Operation {
  return { security: [], replies: {}, params: [], path: `/${id}`, method: 'GET', id }
}

const contract: Contract = {
  name: 'Test',
  version: '1',
  operations: [operation('b'), operation('a')],
  schemas: {
    Z: true,
    A: {
      type: 'object',
      properties: { z: { type: 'string', enum: ['\u2028'] }, a: true },
      default: { z: 1, a: 2 },
    },
  },
  security: { token: { type: 'http', scheme: 'bearer' } },
}

test('writes one operation and one schema per line, sorted, properties in their order', () => {
  expect(formatContract(contract)).toBe(`{
"name": "Test",
"version": "1",
"security": {
"token": {"scheme":"bearer","type":"http"}
},
"operations": [
{"id":"a","method":"GET","path":"/a","params":[],"replies":{},"security":[]},
{"id":"b","method":"GET","path":"/b","params":[],"replies":{},"security":[]}
],
"schemas": {
"A": {"default":{"z":1,"a":2},"properties":{"z":{"enum":["\\u2028"],"type":"string"},"a":true},"type":"object"},
"Z": true
}
}
`)
})

test('writes the same text however the contract was put together', () => {
  const again = JSON.parse(formatContract(contract)) as Contract
  expect(formatContract(again)).toBe(formatContract(contract))
  expect(again.schemas).toEqual(contract.schemas)
})

import test from 'ava'
import { helpText, listText, readCommand } from '../../bench/command-line.ts'
import { benches } from '../../bench/registry.ts'

const wrong = (...args: readonly string[]): string => {
  const command = readCommand(args, benches)
  return command.kind === 'wrong' ? command.message : `not wrong: ${command.kind}`
}

test('a bench is run by its name, with the options as given', (t) => {
  const command = readCommand(['gateway', '--json', '--rounds', '3', '--seconds', '2', '--part', 'streams', '--part', 'memory'], benches)
  t.like(command, { kind: 'run', json: true, rounds: 3, seconds: 2, parts: ['streams', 'memory'], profileDirectory: undefined })
  t.is(command.kind === 'run' ? command.bench.name : '', 'gateway')
})

test('without options a bench decides for itself', (t) => {
  t.like(readCommand(['store'], benches), { kind: 'run', json: false, rounds: undefined, seconds: undefined, parts: [] })
})

test('a name that does not exist is answered with the nearest that does', (t) => {
  t.regex(wrong('gatway'), /no bench named 'gatway'; did you mean 'gateway'\?.*Known: agent, .*, gateway, .*store/)
  t.regex(wrong('gateway', '--part', 'stream'), /no part of gateway named 'stream'; did you mean 'streams'\?/)
  t.regex(wrong('store', '--part', 'x'), /no part of store named 'x'.*Known: none/)
})

test('arguments that make no sense are named', (t) => {
  t.regex(wrong(), /name a bench/)
  t.regex(wrong('store', 'agent'), /one bench at a time, not also 'agent'/)
  for (const value of ['0', '-1', '1.5', 'x', '', '99999']) t.regex(wrong('store', `--rounds=${value}`), /--rounds takes a whole number/)
  t.regex(wrong('store', '--fast'), /--fast/)
})

test('the list and the help name every bench', (t) => {
  t.deepEqual(readCommand(['--list'], benches), { kind: 'list' })
  t.deepEqual(readCommand(['-h'], benches), { kind: 'help' })
  for (const { name, summary } of benches) {
    t.true(listText(benches).includes(summary))
    t.regex(helpText(benches), new RegExp(`^${name} `, 'm'))
  }
})

test('names of benches and parts are unique', (t) => {
  t.is(new Set(benches.map(({ name }) => name)).size, benches.length)
  for (const { parts } of benches) t.is(new Set(parts).size, parts.length)
})

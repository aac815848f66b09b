import { auth, body, type Case, counted, declined, forwarded, forwardedLast, head, plain, refused } from './case.ts'

const named = (...hosts: readonly string[]): string => head([...hosts, auth, counted]) + body

/** Whom a request is for. The engine gets its own Host in any case. */
export const hostCases: readonly Case[] = [
  refused('no Host', named()),
  refused('two Hosts', named('Host: a', 'Host: b')),
  refused('two equal Hosts', named('Host: a', 'host: a')),
  refused('a Host at the end that was given before', head(['Host: a', auth, counted, 'HOST: b']) + body),
  refused('an empty Host', named('Host:')),
  refused('a Host of spaces', named('Host:   ')),
  refused('a list of Hosts', named('Host: a, b')),
  refused('a Host with a path', named('Host: a/b')),
  refused('a Host with a user', named('Host: u@a')),
  refused('a Host with a space inside', named('Host: a b')),
  refused('a Host with a scheme', named('Host: http://a')),
  refused('a Host whose port is no number', named('Host: a:b')),
  refused('a Host with two ports', named('Host: a:1:2')),
  refused('a Host with a null byte', named('Host: a\0b')),
  refused('a Host on a folded line', named('Host:\r\n a')),
  refused('a space before the colon of Host', named('Host : a')),
  refused('two Hosts in HTTP/1.0', head(['Host: a', 'Host: b', auth, counted], 'POST /v1/completions HTTP/1.0') + body),
  refused('an absolute target for another host', plain([], 'POST http://other/v1/completions HTTP/1.1')),
  refused('an absolute target for the same host', plain([], 'POST http://a/v1/completions HTTP/1.1')),
  refused('an absolute target of https', plain([], 'POST https://a/v1/completions HTTP/1.1')),
  refused('an absolute target with a user', plain([], 'POST http://u:p@a/v1/completions HTTP/1.1')),
  declined('a target that begins with two slashes', plain([], 'POST //other/v1/completions HTTP/1.1'), 400),
  forwarded('a Host with a port', named('Host: a.example:8080'), { body }),
  forwarded('an IPv6 Host', named('Host: [::1]:80'), { body }),
  forwarded('X-Forwarded-Host, which is only passed on', plain(['X-Forwarded-Host: other']), {
    body,
    has: { 'x-forwarded-host': 'other' },
  }),
  forwardedLast('HTTP/1.0 without a Host', head([auth, counted], 'POST /v1/completions HTTP/1.0') + body),
]

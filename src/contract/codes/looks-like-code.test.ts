import { expect, test } from 'vitest';
import { looksLikeCode } from './looks-like-code.ts';

test.each([
  '123456',
  'her code is 123 456.',
  '1 2 3 4 5 6',
  '12-34-56',
  '１２３４５６',
  '٠١٢٣٤٥',
  'Number +44 20 7946 0958',
  'BFHKMQRW',
  'she read bfhk mqrw',
  'b f h k m q r w',
  'BFHK-MQRW-XY23-4567',
  'JBSWY3DPEHPK3PXP',
  'ccccccbchvth1nlk',
])('refuses %s', (text) => expect(looksLikeCode(text)).toBe(true));

test.each([
  '',
  'Abroad until 12 March; call back at 20:53.',
  'See INC-20418.',
  'Her new phone comes on 2 April, floor 3, room 214.',
  'By the way: my boss may try later.',
  'Sicherheitsbeauftragter, speaks German',
])('accepts %s', (text) => expect(looksLikeCode(text)).toBe(false));

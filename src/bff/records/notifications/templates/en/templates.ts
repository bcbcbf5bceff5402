import type { Templates } from '../template.ts';
import { alarm, alarmTitles } from './alarms.ts';
import { change, wrongCodes } from './changes.ts';
import { approvalWaits, freeze, reset, unlocked } from './helpdesk.ts';
import { kindNames } from './methods.ts';
import { neverReadOut } from './phrases.ts';

export const templates: Templates = {
  kindNames,
  neverReadOut,
  change,
  wrongCodes,
  reset,
  freeze,
  unlocked,
  approvalWaits,
  alarmTitles,
  alarm,
  busy: {
    title: 'One moment, please',
    text: 'There were too many requests just now. Nothing is lost. Wait a minute, then reload this page.',
  },
};

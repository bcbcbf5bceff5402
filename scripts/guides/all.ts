import type { Edit } from '../testing/copy.ts';
import { kindEdits } from './kind.ts';
import { pageEdits } from './page.ts';
import { columnEdits, endpointEdits, localeEdits, settingEdits } from './server.ts';

/** What each guide does to the sources. The locale comes last: it copies the texts of `en`. */
export const guideEdits = {
  page: pageEdits,
  endpoint: endpointEdits,
  setting: settingEdits,
  column: columnEdits,
  kind: kindEdits,
  locale: localeEdits,
} satisfies Record<string, Record<string, Edit>>;

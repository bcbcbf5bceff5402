import { seededId } from '../../wire/ids.ts';

/** The group whose members may enroll the older methods, as by an enrollment policy. */
export const TOKEN_HOLDERS = seededId('00g', 'Token holders');

import { seededId } from '../../wire/ids.ts';

/**
 * The group whose people are offered the older methods: an enrollment policy of its own, as an administrator would have
 * made it.
 */
export const TOKEN_HOLDERS = seededId('00g', 'Token holders');

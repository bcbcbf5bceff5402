import { ApiError } from '#contract/errors.ts';
import { request } from './request.ts';

/** Removes a method. One that is gone already is removed, too: only the answer to an earlier request was lost. */
export async function deleteFactor(factorId: string): Promise<void> {
  try {
    await request('deleteFactor', { params: { factorId } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  }
}

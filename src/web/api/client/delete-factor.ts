import { ApiError } from '#contract/errors.ts';
import { request } from './request.ts';

/** `not_found` counts as success: an earlier request removed the method, but its answer was lost. */
export async function deleteFactor(factorId: string): Promise<void> {
  try {
    await request('deleteFactor', { params: { factorId } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  }
}

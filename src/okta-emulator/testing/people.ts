import type { TestEmulator, WireFactor } from './emulator.ts';

export const MARGARET = 'margaret@example.com';

type Message = { channel: 'email' | 'sms' | 'call'; to: string; text: string; code: string | null };

export function listFactors(emulator: TestEmulator, login: string) {
  const base = `/users/${login}/factors`;
  const messages = async (channel: Message['channel']) => {
    const { body } = await emulator.simulator<Message[]>('GET', `/messages?user=${login}`);
    return body.filter((message) => message.channel === channel);
  };
  return {
    base,
    list: async () => (await emulator.api<WireFactor[]>('GET', base)).body,
    one: async (factorType: string) => {
      const found = (await emulator.api<WireFactor[]>('GET', base)).body.find(
        (factor) => factor.factorType === factorType,
      );
      if (!found) throw new Error(`${login} has no ${factorType}`);
      return found;
    },
    enroll: (body: object, query = '', headers: Record<string, string> = {}) =>
      emulator.api('POST', `${base}${query}`, body, headers),
    activate: (id: string, passCode: unknown) => emulator.api('POST', `${base}/${id}/lifecycle/activate`, { passCode }),
    resend: (id: string, query = '', headers: Record<string, string> = {}) =>
      emulator.api('POST', `${base}/${id}/resend${query}`, undefined, headers),
    challenge: (id: string, query = '', headers: Record<string, string> = {}) =>
      emulator.api('POST', `${base}/${id}/verify${query}`, undefined, headers),
    verify: (id: string, body: object) => emulator.api('POST', `${base}/${id}/verify`, body),
    remove: (id: string, query = '') => emulator.api('DELETE', `${base}/${id}${query}`),
    catalog: async (factorType: string) => {
      const { body } = await emulator.api<Record<string, unknown>[]>('GET', `${base}/catalog`);
      return body.find((entry) => entry.factorType === factorType);
    },
    messages,
    code: async (channel: Message['channel']) => (await messages(channel))[0]?.code ?? 'none',
  };
}

export const otherThan = (code: string) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

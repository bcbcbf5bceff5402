import { html, type Html } from '../../page/html.ts';
import type { TokenEntry } from '../tokens.ts';

const names: Record<string, string> = {
  'token:hardware/YUBICO': 'YubiKey',
  'token/RSA': 'RSA token, PIN and code',
  'token/SYMANTEC': 'Symantec VIP',
  'token:hotp/CUSTOM': 'Custom token',
};

function row({ factorId, kind, serial, code, used }: TokenEntry): Html {
  return html`<li>
<p class="app">${names[kind] ?? kind}</p>
<button type="button" class="copy" id="token-${factorId ?? serial}" data-copy="${code}"${used && html` data-used`}><span class="digits">${code}</span><span class="do">Copy</span></button>
<p class="note">${used ? 'Used. Wait for the next one.' : html`<span class="mono">${serial}</span>`}</p>
</li>`;
}

export function tokensCard(tokens: readonly TokenEntry[]): Html | false {
  return tokens.length > 0 && html`<h3>Tokens</h3><ul>${tokens.map(row)}</ul>`;
}

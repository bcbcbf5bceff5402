/** @param {string} text base64url */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** @param {ArrayBuffer} buffer */
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/** @param {HTMLFormElement} form */
async function askKey(form) {
  const { challenge = '', ids = '', rpId } = form.dataset;
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge),
      allowCredentials: ids.split(' ').map((id) => ({ type: 'public-key', id: bytes(id) })),
      userVerification: 'preferred',
      ...(rpId && { rpId }),
    },
  });
  if (!(credential instanceof PublicKeyCredential) || !(credential.response instanceof AuthenticatorAssertionResponse))
    throw new Error('no key answered');
  const { clientDataJSON, authenticatorData, signature } = credential.response;
  for (const [name, value] of Object.entries({
    clientData: clientDataJSON,
    authenticatorData,
    signatureData: signature,
  })) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = base64(value);
  }
  form.submit();
}

const form = document.getElementById('key');
if (form instanceof HTMLFormElement) {
  askKey(form).catch(() => document.getElementById('key-problem')?.removeAttribute('hidden'));
}

import type { MethodLocation } from '#contract/kinds.ts';

type Authenticator = { name: string; location: MethodLocation };

const listAuthenticators = (location: MethodLocation, name: string, ...aaguids: string[]): [string, Authenticator][] =>
  aaguids.map((aaguid) => [aaguid, { name, location }]);

/**
 * Common authenticators by AAGUID, copied on 2026-08-07 from Yubico's list and from `aaguid.json` in
 * github.com/passkeydeveloper/passkey-authenticator-aaguids. Without attestation, anybody can claim any AAGUID. Synced
 * passkeys are `apart`, because they survive the loss of the phone.
 */
const authenticators = new Map([
  ...listAuthenticators(
    'apart',
    'iCloud Keychain',
    'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
    'dd4ec289-e01d-41c9-bb89-70fa845d4bf2',
  ),
  ...listAuthenticators('apart', 'Google Password Manager', 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'),
  ...listAuthenticators('apart', 'Microsoft Password Manager', 'd3452668-01fd-4c12-926c-83a4204853aa'),
  ...listAuthenticators('apart', '1Password', 'bada5566-a7aa-401f-bd96-45619a55120d'),
  ...listAuthenticators('apart', 'Bitwarden', 'd548826e-79b4-db40-a3d8-11116f7e8349'),
  ...listAuthenticators('apart', 'Dashlane', '531126d6-e717-415c-9320-3d9aa6981239'),
  ...listAuthenticators('apart', 'NordPass', 'b84e4048-15dc-4dd0-8640-f4f60813c8af'),
  ...listAuthenticators('apart', 'Keeper', '0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6'),
  ...listAuthenticators('apart', 'Enpass', 'f3809540-7f14-49c1-a8b3-8f813b225541'),
  ...listAuthenticators('apart', 'Proton Pass', '50726f74-6f6e-5061-7373-50726f746f6e'),
  ...listAuthenticators('apart', 'LastPass', 'b78a0a55-6ef8-d246-a042-ba0f6d55050c'),
  ...listAuthenticators('apart', 'KeePassXC', 'fdb141b2-5d84-443e-8a35-4698c205a502'),
  ...listAuthenticators('phone', 'Samsung Pass', '53414d53-554e-4700-0000-000000000000'),
  ...listAuthenticators(
    'phone',
    'Microsoft Authenticator',
    'de1e552d-db1d-4423-a619-566b625cdc84',
    '90a3ccdf-635c-4729-a248-9b709135078f',
  ),
  ...listAuthenticators(
    'computer',
    'Windows Hello',
    '08987058-cadc-4b81-b6e1-30de50dcbe96',
    '9ddd1817-af5a-4672-a2b9-3e3dd95000a9',
    '6028b017-b1d4-4c02-b4b3-afcdafc96bb2',
  ),
  ...listAuthenticators('computer', 'Chrome on Mac', 'adce0002-35bc-c60a-648b-0b25f1f05503'),
  ...listAuthenticators('computer', 'Edge on Mac', '771b48fd-d3d4-4f74-9232-fc157ab0507a'),
  ...listAuthenticators(
    'apart',
    'YubiKey 5 NFC',
    'fa2b99dc-9e39-4257-8f92-4a30d23c4118',
    '2fc0579f-8113-47ea-b116-bb5a8db9202a',
    'a25342c0-3cdc-4414-8e46-f4807fca511c',
    'd7781e5d-e353-46aa-afe2-3ca49f13332a',
    'c1f9a0bc-1dd2-404a-b27f-8e29047a43fd',
  ),
  ...listAuthenticators(
    'apart',
    'YubiKey 5',
    'cb69481e-8ff7-4039-93ec-0a2729a154a8',
    'ee882879-721c-4913-9775-3dfcce97072a',
    '19083c3d-8383-4b18-bc03-8f1c9ab2fd1b',
    'ff4dac45-ede8-4ec2-aced-cf66103f4335',
    '73bb0cd4-e502-49b8-9c6f-b59445bf720b',
  ),
  ...listAuthenticators(
    'apart',
    'YubiKey 5Ci',
    'c5ef55ff-ad9a-4b9f-b580-adebafe026d0',
    '24673149-6c86-42e7-98d9-433fb5b73296',
    'a02167b9-ae71-4ac7-9a07-06432ebb6f1c',
  ),
  ...listAuthenticators('apart', 'YubiKey Bio', 'd8522d9f-575b-4866-88a9-ba99fa02f35b'),
  ...listAuthenticators(
    'apart',
    'Security Key by Yubico',
    'f8a011f3-8c0a-4d15-8006-17111f9edc7d',
    'b92c3f9a-c014-4056-887f-140a2501163b',
    '6d44ba9b-f6ec-2e49-b930-0c8fe920cb73',
    '149a2021-8ef6-4133-96b8-81f8d5b7f1f5',
    'a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa',
    'e77e3c64-05e3-428b-8824-0cbeb04b829d',
    'b7d3f68e-88a6-471e-9ecf-2df26d041ede',
  ),
  ...listAuthenticators('apart', 'Google Titan Security Key', '42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3'),
]);

const byName = [...new Map([...authenticators.values()].map((one) => [one.name, one])).values()].toSorted(
  (one, other) => other.name.length - one.name.length,
);

/** `aaguid`: null if the key was not added in the portal. Then `named`, Okta's name for the key, is used instead. */
export function findAuthenticator(aaguid: string | null, named: string | null): Authenticator | undefined {
  if (aaguid !== null) return authenticators.get(aaguid);
  return named === null ? undefined : byName.find(({ name }) => named.startsWith(name));
}

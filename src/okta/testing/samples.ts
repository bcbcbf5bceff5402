// Invented answers with the shapes of real answers.

export const userId = '00uAAAAAAAAAAAAAA0x1';
export const totpId = 'uftEEEEEEEEEEEEEE0x1';

const links = {
  self: { href: `https://example.okta.com/api/v1/users/${userId}/factors/x`, hints: { allow: ['GET', 'DELETE'] } },
  verify: { href: `https://example.okta.com/api/v1/users/${userId}/factors/x/verify`, hints: { allow: ['POST'] } },
};
const times = { created: '2026-05-04T09:20:00.000Z', lastUpdated: '2026-05-04T09:21:00.000Z' };

export const totp = {
  id: totpId,
  factorType: 'token:software:totp',
  provider: 'GOOGLE',
  vendorName: 'GOOGLE',
  status: 'ACTIVE',
  ...times,
  profile: { credentialId: 'ada@example.com' },
  _links: links,
};
export const pendingTotp = {
  ...totp,
  status: 'PENDING_ACTIVATION',
  _embedded: {
    activation: {
      timeStep: 30,
      sharedSecret: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK',
      encoding: 'base32',
      keyLength: 6,
      factorResult: 'WAITING',
      _links: { qrcode: { href: 'https://example.okta.com/qr', type: 'image/png' } },
    },
  },
};
export const email = {
  id: 'emfDDDDDDDDDDDDDD0x1',
  factorType: 'email',
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'ACTIVE',
  profile: { email: 'ada@example.com' },
  _links: links,
};
export const sms = {
  id: 'smsCCCCCCCCCCCCCC0x1',
  factorType: 'sms',
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'ACTIVE',
  ...times,
  profile: { phoneNumber: '+15550100123' },
  _links: links,
};
export const push = {
  id: 'opfFFFFFFFFFFFFFF0x1',
  factorType: 'push',
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'ACTIVE',
  ...times,
  profile: {
    credentialId: 'ada@example.com',
    deviceType: 'SmartPhone_IPhone',
    keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    name: 'Phone',
    platform: 'IOS',
    version: '18.1',
  },
  _links: links,
};
export const factors = [email, sms, totp, push];

export const catalog = [
  {
    factorType: 'question',
    provider: 'OKTA',
    vendorName: 'OKTA',
    _links: { enroll: { href: 'x' } },
    status: 'NOT_SETUP',
    enrollment: 'OPTIONAL',
  },
  {
    factorType: 'sms',
    provider: 'OKTA',
    vendorName: 'OKTA',
    _links: {},
    status: 'NOT_SETUP',
    enrollment: 'REQUIRED',
    _embedded: { phones: [{ id: 'mblBBBBBBBBBBBBBB0x1', profile: { phoneNumber: '+15550100123' }, status: 'ACTIVE' }] },
  },
];

export const user = {
  id: userId,
  status: 'ACTIVE',
  created: times.created,
  type: { id: 'otyAAAAAAAAAAAAAA0x1' },
  profile: {
    firstName: 'Ada',
    lastName: 'Byron',
    mobilePhone: null,
    secondEmail: null,
    login: 'ada@example.com',
    email: 'ada@example.com',
    custom: 7,
  },
  credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
  _links: {
    resetFactors: { href: 'https://example.okta.com/x', method: 'POST' },
    self: { href: 'https://example.okta.com/y' },
  },
};

export const group = {
  id: '00gAAAAAAAAAAAAAA0x1',
  type: 'BUILT_IN',
  profile: { name: 'Everyone', description: null },
  _links: {},
};

export const pushWaiting = {
  factorResult: 'WAITING',
  profile: push.profile,
  expiresAt: '2026-05-04T09:45:00.000Z',
  _links: {
    poll: {
      href: `https://example.okta.com/api/v1/users/${userId}/factors/opfF/transactions/v2mst.AAAAAAAAAAAAAAAAAAAAAA`,
      hints: { allow: ['GET'] },
    },
  },
  _embedded: { challenge: { correctAnswer: 47 } },
};

const pushHome = `https://example.okta.com/api/v1/users/${userId}/factors/opfFFFFFFFFFFFFFF0x1`;
const send = ['email', 'sms'].map((name) => ({
  name,
  href: `${pushHome}/lifecycle/activate/${name}`,
  hints: { allow: ['POST'] },
}));
const pushLinks = { poll: { href: `${pushHome}/lifecycle/activate/poll`, hints: { allow: ['POST'] } } };

export const qrcodeAt = (origin: string) =>
  `${origin}/api/v1/users/${userId}/factors/opfFFFFFFFFFFFFFF0x1/qr/20111xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`;
const qrcode = { href: qrcodeAt('https://example.okta.com'), type: 'image/png' };

export const pendingPush = {
  id: 'opfFFFFFFFFFFFFFF0x1',
  factorType: 'push',
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'PENDING_ACTIVATION',
  ...times,
  _links: pushLinks,
  _embedded: {
    activation: { expiresAt: '2026-05-04T09:30:00.000Z', factorResult: 'WAITING', _links: { qrcode, send } },
  },
};
export const activationWaiting = { expiresAt: '2026-05-04T09:30:00.000Z', factorResult: 'WAITING', _links: { send } };
export const activationRestarted = { ...activationWaiting, _links: { ...pushLinks, qrcode, send } };

/** The options of an org with legacy settings. */
export const creation = {
  attestation: 'direct',
  authenticatorSelection: { userVerification: 'preferred', requireResidentKey: false },
  challenge: 'Zm9vYmFyYmF6cXV4MTIz',
  excludeCredentials: [],
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  rp: { name: 'Example Org' },
  user: { displayName: 'Ada Byron', name: 'ada@example.com', id: userId },
};
export const pendingWebauthn = {
  id: 'fwfHHHHHHHHHHHHHH0x1',
  factorType: 'webauthn',
  provider: 'FIDO',
  vendorName: 'FIDO',
  status: 'PENDING_ACTIVATION',
  ...times,
  _links: {},
  _embedded: { activation: { ...creation, u2fParams: { appid: 'https://example.okta.com' } } },
};

export const role = {
  id: 'JBCUYUC7IRCVGS27IFCE2SKO',
  label: 'Help Desk Administrator',
  type: 'HELP_DESK_ADMIN',
  status: 'ACTIVE',
  assignmentType: 'USER',
  created: times.created,
  _links: {},
};

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

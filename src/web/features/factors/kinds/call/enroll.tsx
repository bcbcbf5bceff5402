import { enrollPhone } from '../phone/enroll-phone.tsx';

export default enrollPhone('call');

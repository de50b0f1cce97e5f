/** Every screen behind the first one, in one file of its own. */
export { Backup } from "../features/backup/backup.tsx";
export { Conflict, ConflictMissing } from "../features/conflict/conflict.tsx";
export { Device } from "../features/device/device.tsx";
export { AddDevice } from "../features/devices/add-device.tsx";
export { Devices } from "../features/devices/devices.tsx";
export { Join } from "../features/join/join.tsx";
export { Meet } from "../features/meet/meet.tsx";
export { Pay } from "../features/pay/pay.tsx";
export { Handover } from "../features/payment/handover.tsx";
export { PaymentMissing } from "../features/payment/payment-missing.tsx";
export { Payment } from "../features/payment/payment.tsx";
export { People } from "../features/people/people.tsx";
export { Receive } from "../features/receive/receive.tsx";
export { ChooseGuardians } from "../features/recovery/choose-guardians.tsx";
export { Guardian } from "../features/recovery/guardian.tsx";
export { Recovering } from "../features/recovery/recovering.tsx";
export { Recovery } from "../features/recovery/recovery.tsx";
export { Safety } from "../features/safety/safety.tsx";

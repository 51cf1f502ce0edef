export { createExchange, type Exchange, inProcessTransport } from './in-process-transport.ts';
export { messageOf, retentionMs } from './kafka-message.ts';
export { type KafkaPositions, kafkaPositions, type Offsets, type Shortfall } from './kafka-positions.ts';
export { type KafkaOptions, kafkaTransport } from './kafka-transport.ts';
export type { ParkedEvent } from './parked-events.ts';
export { createParking, type ParkedKey, type Parking, type Replayed } from './parking.ts';
export type { Subscription, Transport } from './transport.ts';

-- Entries are placed in the order in which they were queued. Locks the queue for as long as it takes to rewrite the few rows in it.
ALTER TABLE "unplaced" DROP CONSTRAINT "unplaced_pkey";--> statement-breakpoint
ALTER TABLE "unplaced" ADD COLUMN "order" bigint PRIMARY KEY NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "unplaced_order_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);

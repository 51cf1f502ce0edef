-- Signing secrets whose time is not up though two newer ones came after them.
-- Locks "subscription" for a moment: the column has a constant default, and no row is rewritten.
ALTER TABLE "subscription" ADD COLUMN "earlier_secrets" jsonb DEFAULT '[]'::jsonb NOT NULL;
-- What a catalogue says of a product beside its name. The columns are nullable: an empty one leaves the
-- digest of older rows as it is.

ALTER TABLE product ADD COLUMN code TEXT;
ALTER TABLE product ADD COLUMN vendor TEXT;
ALTER TABLE product ADD COLUMN plans TEXT;
ALTER TABLE product ADD COLUMN note TEXT;

-- What is used now, by the day it renews: the list of renewals is read in this order.
CREATE INDEX product_use_renewal ON product_use (renewal_on, id) WHERE renewal_on IS NOT NULL AND until IS NULL;

-- One account per address, from now on.
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

-- Optional, so nothing has to be filled in.
ALTER TABLE users ADD COLUMN nickname text;

-- Nobody has called a customer since 2019.
ALTER TABLE users DROP COLUMN legacy_phone;

-- Web, app or shop counter.
ALTER TABLE orders ADD COLUMN channel text NOT NULL;

-- The order list filters by status.
CREATE INDEX orders_status ON orders (status);

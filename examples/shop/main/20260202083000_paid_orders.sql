-- What the finance team reads.
CREATE VIEW paid_orders AS
  SELECT o.id, o.placed_at, sum(i.quantity * i.price_cents) AS total_cents
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
  WHERE o.status IN ('paid', 'shipped')
  GROUP BY o.id, o.placed_at;

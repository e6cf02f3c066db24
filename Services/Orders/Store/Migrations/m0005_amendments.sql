-- Orders in flight are amended.
ALTER TABLE product_order
    -- The order that brings the bundle which this one changes, and was in flight when this one was accepted.
    ADD COLUMN amends      uuid REFERENCES product_order,
    -- The last one that amends this one, whatever has become of it.
    ADD COLUMN amended_by  uuid REFERENCES product_order,
    -- What else than a wish ended it.
    ADD COLUMN cancel_code text CHECK (cancel_code IN ('SUPERSEDED', 'AMENDED', 'AMENDED_ORDER_ENDED')),
    ADD CHECK (amends IS NULL OR action = 'change'),
    ADD CHECK (cancel_code IS NULL OR cancel_requested_at IS NOT NULL);

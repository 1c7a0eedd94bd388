-- scheme: pricing_error
-- title: paid more than the amounts of the line allow
-- source: 42 CFR 414.21 and 42 CFR 405.502 (the lower of the charge and the fee schedule); ASC X12 835 balancing (paid is allowed less the member's share)
-- precision: 0.8
-- required columns: paid_amount, allowed_amount
-- required reference: none
-- counterpoint: interest or an incentive paid on the line, or an allowed amount that the source states in another way
--
-- Three ways in which the amounts of a line exclude each other; at risk is the largest excess, at
-- most what was paid.
--
--   paid above allowed
--   paid and the member's share together above allowed, on a professional line (an institution's
--   share is the claim's)
--   allowed above the charge, and paid above it too, on a professional line (prospective payment may
--   exceed the charges of an institution)
--
-- Only the upper side: less is paid for honest reasons, such as sequestration (2 % off the payment,
-- not off the allowed amount) and another payer that comes first. Amounts that were split over the
-- lines of a claim are left out, and differences up to a dollar, or a twentieth of what is
-- allowed, are rounding or interest.
WITH tolerance AS (
  SELECT cents, times FROM (VALUES (100, 20)) AS constant (cents, times)
),
excess AS (
  SELECT l.*, GREATEST(t.cents, CAST(ROUND(CAST(l.allowed_cents AS DOUBLE) / NULLIF(t.times, 0)) AS BIGINT)) AS tolerance,
    l.paid_cents - l.allowed_cents AS above_allowed,
    CASE WHEN l.claim_type = 'professional'
      THEN l.paid_cents + COALESCE(l.member_cents, 0) - l.allowed_cents ELSE 0 END AS above_shares,
    CASE WHEN l.claim_type = 'professional' AND l.charge_cents > 0 AND l.allowed_cents > l.charge_cents
      THEN l.paid_cents - l.charge_cents ELSE 0 END AS above_charge
  FROM line AS l
  CROSS JOIN tolerance AS t
  WHERE l.line_status = 'paid' AND l.paid_cents > 0 AND l.allowed_cents > 0 AND l.amount_level = 'line'
    AND COALESCE(l.member_cents, 0) >= 0
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  LEAST(GREATEST(above_allowed, above_shares, above_charge), paid_cents) AS risk_cents,
  CASE WHEN above_allowed > tolerance THEN 'paid above allowed'
    WHEN above_shares > tolerance THEN 'paid and member share together above allowed'
    ELSE 'paid and allowed above the charge' END AS note
FROM excess
WHERE GREATEST(above_allowed, above_shares, above_charge) > tolerance

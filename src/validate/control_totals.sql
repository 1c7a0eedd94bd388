-- Rows and cents of the canonical lines, by claim type and status, and of pharmacy lines: counted again from the table
-- itself, to be held against the totals of the load.
SELECT
  claim_type,
  line_status,
  COUNT(*) AS line_count,
  SUM(COALESCE(paid_cents, 0)) AS paid_cents,
  SUM(COALESCE(allowed_cents, 0)) AS allowed_cents,
  SUM(COALESCE(charge_cents, 0)) AS charge_cents
FROM line
GROUP BY claim_type, line_status
UNION ALL
SELECT
  'pharmacy' AS claim_type,
  'paid' AS line_status,
  COUNT(*) AS line_count,
  SUM(COALESCE(paid_cents, 0)) AS paid_cents,
  SUM(COALESCE(allowed_cents, 0)) AS allowed_cents,
  CAST(0 AS BIGINT) AS charge_cents
FROM pharmacy_line
GROUP BY data_source

-- grain: provider_code
-- key: provider_id, hcpcs_code
WITH panel AS (
  SELECT
    provider_id,
    hcpcs_code,
    person_id,
    COUNT(*) AS line_count,
    SUM(COALESCE(units_milli, 0)) AS units_milli,
    SUM(COALESCE(charge_cents, 0)) AS charge_cents,
    SUM(COALESCE(allowed_cents, 0)) AS allowed_cents,
    SUM(COALESCE(paid_cents, 0)) AS paid_cents,
    SUM(COALESCE(amount_cents, 0)) AS amount_cents
  FROM line
  WHERE active AND hcpcs_code IS NOT NULL
  GROUP BY provider_id, hcpcs_code, person_id
)
SELECT
  provider_id,
  hcpcs_code,
  SUM(line_count) AS line_count,
  COUNT(*) AS member_count,
  SUM(units_milli) AS units_milli,
  SUM(charge_cents) AS charge_cents,
  SUM(allowed_cents) AS allowed_cents,
  SUM(paid_cents) AS paid_cents,
  SUM(amount_cents) AS amount_cents
FROM panel
GROUP BY provider_id, hcpcs_code

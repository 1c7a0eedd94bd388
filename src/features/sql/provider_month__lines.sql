-- grain: provider_month
-- key: provider_id, service_month
SELECT
  provider_id,
  service_month,
  COUNT(*) AS line_count,
  SUM(COALESCE(charge_cents, 0)) AS charge_cents,
  SUM(COALESCE(allowed_cents, 0)) AS allowed_cents,
  SUM(COALESCE(paid_cents, 0)) AS paid_cents
FROM line
WHERE active
GROUP BY provider_id, service_month

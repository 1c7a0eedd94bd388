-- grain: provider
-- key: provider_id
-- Volumes and money of a provider. Denied, reversed and replaced lines are only counted.
SELECT
  provider_id,
  SUM(CASE WHEN active THEN 1 ELSE 0 END) AS line_count,
  SUM(CASE WHEN active AND claim_type = 'professional' THEN 1 ELSE 0 END) AS professional_lines,
  SUM(CASE WHEN line_status = 'denied' THEN 1 ELSE 0 END) AS denied_lines,
  SUM(CASE WHEN line_status IN ('reversed', 'replaced') THEN 1 ELSE 0 END) AS reversed_lines,
  SUM(CASE WHEN active THEN COALESCE(units_milli, 0) ELSE 0 END) AS units_milli,
  SUM(CASE WHEN active THEN COALESCE(charge_cents, 0) ELSE 0 END) AS charge_cents,
  SUM(CASE WHEN active THEN COALESCE(allowed_cents, 0) ELSE 0 END) AS allowed_cents,
  SUM(CASE WHEN active THEN COALESCE(paid_cents, 0) ELSE 0 END) AS paid_cents,
  SUM(CASE WHEN active THEN COALESCE(amount_cents, 0) ELSE 0 END) AS amount_cents
FROM line
GROUP BY provider_id

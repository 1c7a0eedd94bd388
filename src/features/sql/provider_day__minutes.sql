-- grain: provider_day
-- key: provider_id, service_day
-- Least minutes that a rendering provider's time-defined codes of a day state. A psychotherapy code
-- counts its threshold once per line; timed therapy counts by CMS's 8-minute rule, n units of a
-- member's day being at least 15 n - 7 minutes. Services by an assistant (modifier CO, CQ) are
-- someone else's time. Days without such a code have no row.
WITH service AS (
  SELECT l.provider_id AS provider_id, l.service_day AS service_day, l.person_id AS person_id,
    SUM(CASE WHEN c.per_unit = 0 THEN c.minutes ELSE 0 END) AS session_minutes,
    SUM(CASE WHEN c.per_unit = 1 THEN CAST(TRUNC(CAST(l.units_milli AS DOUBLE) / 1000) AS BIGINT) ELSE 0 END) AS units
  FROM line AS l
  INNER JOIN code_minutes AS c ON l.hcpcs_code = c.hcpcs_code
  WHERE l.active AND l.provider_role = 'rendering' AND l.units_milli >= 1000
    AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (CO|CQ) ')
    AND l.service_day >= COALESCE(c.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(c.effective_to_day, l.service_day)
  GROUP BY l.provider_id, l.service_day, l.person_id
)
SELECT
  provider_id,
  service_day,
  SUM(session_minutes + CASE WHEN units > 0 THEN units * 15 - 7 ELSE 0 END) AS minutes,
  COUNT(*) AS member_count
FROM service
GROUP BY provider_id, service_day

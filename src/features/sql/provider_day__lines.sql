-- grain: provider_day
-- key: provider_id, service_day
SELECT provider_id, service_day, COUNT(*) AS line_count
FROM line
WHERE active
GROUP BY provider_id, service_day

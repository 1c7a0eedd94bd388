-- cells: price
-- Allowed amount per unit, on the log scale, against the same code's lines of the peers. Services out
-- of network have prices of their own and are left out.
-- Lines whose modifier changes the price by rule (bilateral, reduced, assistant, rental) are left out,
-- and amounts that were split over a claim's lines.
-- Strata: code by part billed (26 professional, TC technical, whole) by whether the place is a
-- facility (which has its own schedule) by payer and plan (contracts differ); parent: the same
-- without payer and plan.
WITH priced AS (
  SELECT provider_id, member_half AS half, hcpcs_code, CONCAT(COALESCE(payer, ''), '/', COALESCE(plan, '')) AS contract,
    CASE WHEN CONCAT(' ', modifiers, ' ') LIKE '% 26 %' THEN '26'
      WHEN CONCAT(' ', modifiers, ' ') LIKE '% TC %' THEN 'TC' ELSE 'whole' END AS part,
    CASE WHEN place_of_service_code IN ('19', '21', '22', '23', '24', '26', '31', '34', '51', '52', '53', '56', '61', '02')
      THEN 'facility' ELSE 'other' END AS place,
    CAST(ROUND(LN(CAST(allowed_cents AS DOUBLE) * 1000 / NULLIF(units_milli, 0)) * 65536) AS BIGINT) AS log_price
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND units_milli >= 1000 AND allowed_cents > 0
    AND amount_level = 'line'
    AND NOT REGEXP_LIKE(CONCAT(' ', modifiers, ' '), ' (50|51|52|53|54|55|56|62|66|73|74|78|80|81|82|AS|NU|RR|UE) ')
    AND COALESCE(in_network, 1) = 1
)
SELECT
  provider_id,
  CONCAT(hcpcs_code, '/', part, '/', place, '/', contract) AS stratum,
  CONCAT(hcpcs_code, '/', part, '/', place) AS parent,
  half,
  SUM(log_price) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_price * log_price) AS square
FROM priced
GROUP BY provider_id, hcpcs_code, part, place, contract, half

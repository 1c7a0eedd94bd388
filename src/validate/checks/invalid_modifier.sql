-- reason: a modifier has no valid form
-- request: the valid modifier
-- required columns: hcpcs_modifier_1
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND modifiers <> '' AND NOT REGEXP_LIKE(modifiers, '^[A-Z0-9]{2}( [A-Z0-9]{2})*$')

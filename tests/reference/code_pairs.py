"""Procedure-to-procedure edits by another program: DuckDB, from the raw files, in another form.

    code_pairs.py make CLAIMS_FOLDER REFERENCE_FOLDER ROWS
    code_pairs.py compare CLAIMS_FOLDER REFERENCE_FOLDER RUN

`make` writes practitioner and hospital files in CMS's layout: ROWS pairs, among them every fourth
pair of codes that the synthetic claims hold (indicators 0, 1 and 9, some deleted, some not yet in
force), the rest of codes that nobody bills. `compare` lists the column 2 lines that are not right,
one by one with EXISTS, and says where `unbundling__ptp` in RUN's evidence differs. The run must have
been made with `minimum_edit_exposure = 0` and `max_line_share = 1.0`, so that no line is left out.
"""

import itertools
import sys
from pathlib import Path

import duckdb

HEADER = (
    "Illustrative pairs, not CMS's\n{} Column1/Column2 Edits\n"
    "Column 1\tColumn 2\t*=In existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\t\t\t\t*=no data\t1=allowed\t\n"
    "\t\t\t\t\t9=not applicable\t\n"
)
# NCCI Policy Manual, chapter I, section E: modifiers that may bypass an edit with indicator 1.
BYPASS = (
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI "
    "24 25 27 57 58 59 78 79 91 XE XP XS XU"
).split()
OUTPATIENT = ["12", "13", "14", "22", "23", "34", "74", "75", "76", "85"]


def make(claims, folder, rows):
    billed = duckdb.sql(
        f"SELECT DISTINCT hcpcs_code FROM '{claims}/medical_claim.parquet' "
        "WHERE regexp_full_match(hcpcs_code, '[0-9A-Z]{5}') ORDER BY 1"
    ).fetchall()
    codes = [code for (code,) in billed]
    folder.mkdir(parents=True, exist_ok=True)
    for setting, name in [("Practitioner", "ccipra"), ("Hospital", "ccioph")]:
        with open(folder / f"{name}-v304r0-f1.txt", "w", encoding="ascii") as out:
            out.write(HEADER.format(setting))
            written = 0
            for position, (one, two) in enumerate(itertools.permutations(codes, 2)):
                if position % 4 == (0 if setting == "Hospital" else 1):
                    indicator = (position // 4) % 3 if (position // 4) % 3 < 2 else 9
                    deleted = "20250301" if position % 7 == 0 else "*"
                    begins = "20240601" if position % 5 == 0 else "20100101"
                    out.write(f"{one}\t{two}\t\t{begins}\t{deleted}\t{indicator}\tIllustrative\n")
                    written += 1
            far = [f"{c}{n:04d}" for c in "WXYZ" for n in range(1000)]
            for one, two in itertools.permutations(far, 2):
                if written >= rows // 2:
                    break
                out.write(f"{one}\t{two}\t\t20100101\t*\t1\tIllustrative\n")
                written += 1


def pairs(folder):
    for kind, pattern in [("professional", "ccipra*"), ("institutional", "ccioph*")]:
        for path in sorted(folder.glob(pattern)):
            yield kind, path


def compare(claims, folder, run):
    db = duckdb.connect()
    db.execute(
        "CREATE TABLE pair (kind TEXT, one TEXT, two TEXT, begins DATE, ends DATE, indicator INT)"
    )
    for kind, path in pairs(folder):
        skip = next(
            n for n, text in enumerate(open(path, encoding="ascii")) if len(text.split("\t")[0]) == 5
        )
        db.execute(
            f"""INSERT INTO pair SELECT '{kind}', c0, c1, strptime(c3, '%Y%m%d'),
                CASE WHEN c4 = '*' THEN NULL ELSE strptime(c4, '%Y%m%d') END, c5::INT
            FROM read_csv('{path}', delim='\t', header=false, skip={skip}, quote='', columns={{
                'c0':'TEXT','c1':'TEXT','c2':'TEXT','c3':'TEXT','c4':'TEXT','c5':'TEXT','c6':'TEXT'}})"""
        )
    bypass = ", ".join(f"'{m}'" for m in BYPASS)
    types = ", ".join(f"'{t}'" for t in OUTPATIENT)
    # What stands: not denied, not taken back, not corrected by a later claim, paid.
    db.execute(
        f"""CREATE TABLE stands AS
        WITH line AS (SELECT *, coalesce(claim_line_start_date, claim_start_date) AS day,
            coalesce(claim_line_end_date, claim_end_date) AS last_day,
            CASE WHEN claim_type = 'professional' THEN coalesce(rendering_npi, billing_npi)
                 ELSE coalesce(facility_npi, billing_npi) END AS provider,
            list_has_any([hcpcs_modifier_1, hcpcs_modifier_2, hcpcs_modifier_3, hcpcs_modifier_4,
                hcpcs_modifier_5], [{bypass}]) AS apart
          FROM '{claims}/medical_claim.parquet')
        SELECT * FROM line l
        WHERE coalesce(claim_status, '') <> 'denied' AND paid_amount > 0
          AND coalesce(claim_frequency_code, '1') <> '8'
          AND NOT EXISTS (FROM line n WHERE n.original_claim_id = l.claim_id AND n.person_id = l.person_id)
          AND hcpcs_code IS NOT NULL AND last_day = day
          AND (claim_type = 'professional' OR left(bill_type_code, 2) IN ({types}))"""
    )
    db.execute(
        """CREATE TABLE mine AS
        SELECT two.claim_id, two.claim_line_number::BIGINT AS claim_line_number FROM stands two
        WHERE EXISTS (
          FROM stands one, pair p
          WHERE one.person_id = two.person_id AND one.provider = two.provider AND one.day = two.day
            AND one.claim_type = two.claim_type AND coalesce(one.payer, '') = coalesce(two.payer, '')
            AND p.kind = two.claim_type AND p.one = one.hcpcs_code AND p.two = two.hcpcs_code
            AND p.begins <= two.day AND (p.ends IS NULL OR two.day < p.ends)
            AND (p.indicator = 0 OR p.indicator = 1 AND NOT two.apart AND NOT EXISTS (
              FROM stands other WHERE other.person_id = one.person_id
                AND other.provider = one.provider AND other.day = one.day
                AND other.claim_type = one.claim_type AND other.payer IS NOT DISTINCT FROM one.payer
                AND other.hcpcs_code = one.hcpcs_code AND other.apart)))"""
    )
    db.execute(
        f"""CREATE TABLE theirs AS SELECT e.claim_id, e.claim_line_number
        FROM '{run}/evidence.parquet' e JOIN '{run}/findings.parquet' f USING (finding_id)
        WHERE f.detector = 'unbundling__ptp'"""
    )
    count = lambda sql: db.sql(sql).fetchall()[0][0]
    print("lines", count("SELECT count(*) FROM stands"), "pairs", count("SELECT count(*) FROM pair"))
    print("this program", count("SELECT count(*) FROM mine"))
    print("unbundling__ptp", count("SELECT count(*) FROM theirs"))
    only = {}
    for name, sql in [
        ("only this program", "FROM mine EXCEPT FROM theirs"),
        ("only unbundling__ptp", "FROM theirs EXCEPT FROM mine"),
    ]:
        only[name] = db.sql(sql).fetchall()
        print(name, len(only[name]), only[name][:5])
    return 1 if any(only.values()) else 0


if __name__ == "__main__":
    command, claims, folder, last = sys.argv[1:]
    if command == "make":
        make(Path(claims), Path(folder), int(last))
    else:
        sys.exit(compare(Path(claims), Path(folder), Path(last)))

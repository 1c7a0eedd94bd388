#!/usr/bin/env python3
"""Control totals of the sample sources, worked out from the files themselves (no layout, no SQL).

Usage: control_totals.py DATA_FOLDER > control_totals.json
Money is in dollars as text with two decimals; claim-level money counts once for each claim.
`naive_paid` is the sum over rows that repeats claim-level money.
"""
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd

DATA = Path(sys.argv[1])


def read(path, sep=","):
    frame = pd.read_csv(DATA / path, sep=sep, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame.columns = [c.lower() for c in frame.columns]
    return frame.apply(lambda s: s.str.strip())


def money(values):
    return sum((Decimal(v) for v in values if v), Decimal(0))


def text(value):
    return f"{value:.2f}"


def once(frame, claim, column):
    """Sum of a column that repeats within a claim; fails where it does not repeat."""
    assert frame.groupby(claim)[column].nunique().max() <= 1, column
    return money(frame.drop_duplicates(claim)[column])


def people(frames, column):
    return len({p for f in frames for p in f[column] if p})


def tuva():
    m, e, rx = (read(f"tuva_demo/{n}.csv") for n in ("medical_claim", "eligibility", "pharmacy_claim"))
    p, i = m[m.claim_type == "professional"], m[m.claim_type == "institutional"]
    rendering = set(p.rendering_npi.where(p.rendering_npi != "", p.billing_npi)) - {""}
    facility = set(i.facility_npi.where(i.facility_npi != "", i.billing_npi)) - {""}
    total = i.revenue_center_code == "0001"
    all_total = i.assign(t=total).groupby("claim_id").t.all()
    return {
        "professional": {
            "lines": len(p), "claims": p.claim_id.nunique(), "paid": text(money(p.paid_amount)),
            "allowed": text(money(p.allowed_amount)), "charge": text(money(p.charge_amount)),
            "providers": len(rendering), "zero_paid_lines": int((p.paid_amount == "0.00").sum()),
            "zero_allowed_lines": int((p.allowed_amount == "0.00").sum()),
        },
        "institutional": {
            "lines": len(i), "claims": i.claim_id.nunique(), "paid": text(once(i, "claim_id", "paid_amount")),
            "naive_paid": text(money(i.paid_amount)), "charge": text(once(i, "claim_id", "charge_amount")),
            "naive_charge": text(money(i.charge_amount)), "providers": len(facility),
            "total_rows": int(total.sum()), "claims_of_total_rows_only": int(all_total.sum()),
            "lines_after_total_rows_go": int(len(i) - total.sum() + total[i.claim_id.map(all_total)].sum()),
            "claims_paid_negative": int(sum(Decimal(v) < 0 for v in i.drop_duplicates("claim_id").paid_amount)),
        },
        "pharmacy": {"lines": len(rx), "claims": rx.claim_id.nunique(), "paid": text(money(rx.paid_amount)),
                     "allowed": text(money(rx.allowed_amount)), "members": rx.patient_id.nunique()},
        "members_in_claims": m.patient_id.nunique(), "members": e.patient_id.nunique(),
        "enrollment_rows": len(e), "providers": len(rendering | facility),
    }


def synthea():
    t, e, med = (read(f"synthea/{n}.csv") for n in ("claims_transactions", "encounters", "medications"))
    t["position"] = t.chargeid.astype(int)
    t = t.sort_values(["claimid", "position"])
    t["line"] = (t.type == "CHARGE").astype(int).groupby(t.claimid).cumsum()
    sums = {}
    for row in t.itertuples():
        s = sums.setdefault((row.claimid, row.line), {"paid": Decimal(0), "copay": Decimal(0), "patient": Decimal(0)})
        if row.type == "PAYMENT":
            kind = {"ECHECK": "paid", "COPAY": "copay"}.get(row.method, "patient")
            s[kind] += Decimal(row.payments)
    lines = t[t.type == "CHARGE"].copy()
    for kind in ("paid", "copay", "patient"):
        lines[kind] = [sums[k][kind] for k in zip(lines.claimid, lines.line)]
    drugs = set(zip(med.encounter, med.code))
    lines["drug"] = [k in drugs for k in zip(lines.appointmentid, lines.procedurecode)]
    encounter_class = dict(zip(e.id, e.encounterclass))
    institutional = {"inpatient", "emergency", "outpatient", "snf", "hospice", "home"}
    lines["claim_type"] = ["institutional" if encounter_class[a] in institutional else "professional"
                           for a in lines.appointmentid]
    medical = lines[~lines.drug]
    out = {}
    for kind, g in medical.groupby("claim_type"):
        provider = g.placeofservice if kind == "institutional" else g.providerid
        out[kind] = {"lines": len(g), "claims": g.claimid.nunique(), "paid": text(sum(g.paid)),
                     "charge": text(money(g.amount)), "copayment": text(sum(g.copay)),
                     "patient_payments": text(sum(g.patient)), "providers": provider.nunique()}
    rx = lines[lines.drug]
    out["pharmacy"] = {"lines": len(rx), "claims": rx.claimid.nunique(), "paid": text(sum(rx.paid)),
                       "charge": text(money(rx.amount)), "members": rx.patientid.nunique()}
    out["members"] = len(read("synthea/patients.csv"))
    out["members_in_claims"] = medical.patientid.nunique()
    payers = read("synthea/payers.csv")
    none = set(payers.id[payers.name == "NO_INSURANCE"])
    out["enrollment_rows"] = int((~read("synthea/payer_transitions.csv").payer.isin(none)).sum())
    out["providers"] = len(set(medical.providerid[medical.claim_type == "professional"])
                           | set(medical.placeofservice[medical.claim_type == "institutional"]))
    out["provider_rows"] = {"clinicians": len(read("synthea/providers.csv")),
                            "organizations": len(read("synthea/organizations.csv"))}
    covered = money(e.payer_coverage)
    out["encounters_payer_coverage"] = text(covered)
    return out


def desynpuf():
    b, cc, ic, oc = (read(f"desynpuf/{n}.csv") for n in ("bs", "cc", "ic", "oc"))
    lines = []
    for row in cc.to_dict("records"):
        for i in range(1, 14):
            if any(row[f"{c}_{i}"] for c in ("prf_physn_npi", "tax_num", "hcpcs_cd", "line_icd9_dgns_cd", "line_prcsg_ind_cd")):
                lines.append((row["clm_id"], row[f"prf_physn_npi_{i}"], row[f"line_nch_pmt_amt_{i}"],
                              row[f"line_alowd_chrg_amt_{i}"], row[f"line_prcsg_ind_cd_{i}"]))
            else:
                assert not any(money([row[f"{c}_{i}"]]) for c in ("line_nch_pmt_amt", "line_alowd_chrg_amt"))
    out = {"professional": {
        "lines": len(lines), "claims": cc.clm_id.nunique(), "paid": text(money(x[2] for x in lines)),
        "allowed": text(money(x[3] for x in lines)), "providers": len({x[1] for x in lines if x[1]}),
        "denied_lines": sum(x[4] not in ("", "A", "R", "S") and not Decimal(x[2]) for x in lines)}}
    parts, facilities, count, claims, paid, naive = {}, set(), 0, 0, Decimal(0), Decimal(0)
    for name, frame in (("inpatient", ic), ("outpatient", oc)):
        codes = [c for c in frame if re.fullmatch(r"hcpcs_cd_\d+", c)]
        filled = (frame[codes] != "").sum(axis=1)
        first = frame[frame.segment == "1"]
        n = int(filled.where((filled > 0) | (frame.segment != "1"), 1).sum())
        assert first.clm_id.is_unique and set(frame.clm_id) == set(first.clm_id)
        parts[name] = {"rows": len(frame), "lines": n, "claims": len(first), "paid": text(money(first.clm_pmt_amt)),
                       "paid_on_later_segments_not_counted": text(money(frame[frame.segment != "1"].clm_pmt_amt))}
        facilities |= set(first.prvdr_num) - {""}
        count, claims = count + n, claims + len(first)
        paid += money(first.clm_pmt_amt)
    out["institutional"] = {"lines": count, "claims": claims, "paid": text(paid), "providers": len(facilities), "by_file": parts}
    out["members_in_claims"] = people((cc, ic, oc), "desynpuf_id")
    out["members"] = b.desynpuf_id.nunique()
    out["enrollment_rows_with_a_year"] = int(((b.bene_hi_cvrage_tot_mons.astype(int) > 0) | (b.bene_smi_cvrage_tot_mons.astype(int) > 0)).sum())
    out["providers"] = len({x[1] for x in lines if x[1]} | facilities)
    return out


def rif():
    out, professional, institutional, frames = {}, [], [], []
    providers = set()
    for name in ("carrier", "dme"):
        f = read(f"rif/{name}.csv", "|")
        frames.append(f)
        providers |= set(f["prf_physn_npi" if name == "carrier" else "prvdr_npi"]) - {""}
        professional.append((name, {"lines": len(f), "claims": f.clm_id.nunique(), "paid": text(money(f.line_nch_pmt_amt)),
                             "allowed": text(money(f.line_alowd_chrg_amt)), "charge": text(money(f.line_sbmtd_chrg_amt)),
                             "claim_level_paid_once": text(once(f, "clm_id", "clm_pmt_amt"))}))
    individuals = len(providers)
    facilities = set()
    for name in ("inpatient", "outpatient", "hha", "snf", "hospice"):
        f = read(f"rif/{name}.csv", "|")
        frames.append(f)
        facilities |= set(f.org_npi_num) - {""}
        institutional.append((name, {"lines": len(f), "claims": f.clm_id.nunique(), "paid": text(once(f, "clm_id", "clm_pmt_amt")),
                              "naive_paid": text(money(f.clm_pmt_amt)), "line_charge": text(money(f.rev_cntr_tot_chrg_amt)),
                              "claim_charge_once": text(once(f, "clm_id", "clm_tot_chrg_amt")),
                              "total_rows": int((f.rev_cntr == "0001").sum())}))
    for kind, part, n in (("professional", professional, individuals), ("institutional", institutional, len(facilities))):
        out[kind] = {"lines": sum(p["lines"] for _, p in part), "claims": sum(p["claims"] for _, p in part),
                     "paid": text(sum(Decimal(p["paid"]) for _, p in part)), "providers": n, "by_file": dict(part)}
    rx = read("rif/pde.csv", "|")
    out["pharmacy"] = {"lines": len(rx), "claims": rx.pde_id.nunique(), "paid": text(money(rx.cvrd_d_plan_pd_amt)),
                       "allowed": text(money(rx.tot_rx_cst_amt)), "members": rx.bene_id.nunique()}
    b = read("rif/beneficiary_2021.csv", "|")
    out["members_in_claims"] = people(frames, "bene_id")
    out["members"] = b.bene_id.nunique()
    out["enrollment_rows"] = sum(v not in ("", "0") for i in range(1, 13) for v in b[f"mdcr_entlmt_buyin_{i}_ind"])
    out["providers"] = len(providers | facilities)
    return out


json.dump({"tuva": tuva(), "synthea": synthea(), "desynpuf": desynpuf(), "rif": rif()}, sys.stdout, indent=2)
print()

"""The run folder that the notebooks read: where it is, its manifest, its tables, its words.

`CLAIMHOUND_RUN` names it, relative to the repository's root or absolute; else it is
`out/demo/latest`, which `claimhound demo` makes. Nothing here computes a score.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
from IPython.display import Markdown, display

pl.Config(
    tbl_hide_dataframe_shape=True,
    tbl_hide_column_data_types=True,
    tbl_rows=50,
    tbl_cols=20,
    tbl_width_chars=220,
    fmt_str_lengths=90,
    thousands_separator=",",
)

ROOT = Path(__file__).resolve().parent.parent
RUN = (ROOT / os.environ.get("CLAIMHOUND_RUN", "out/demo/latest")).resolve()
if not (RUN / "manifest.json").exists():
    raise SystemExit("No run folder found: run `claimhound demo`, or set CLAIMHOUND_RUN to the folder of a run.")

manifest = json.loads((RUN / "manifest.json").read_text())
results = manifest["results"]


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(RUN / f"{name}.parquet")


def say(text: str) -> None:
    display(Markdown(text))


def introduce() -> None:
    say(f"Run `{manifest['run_id']}`, claims as of {manifest['as_of']}, layout `{manifest['layout']}`, claimhound {manifest['version']}.")


def words(name: str) -> str:
    return name.replace("_", " ")


def number(amount: int | str) -> Decimal:
    """A total of the manifest, such as 1,234.56, as a number."""
    return Decimal(str(amount).replace(",", ""))


def significant(column: str, digits: int = 2) -> pl.Expr:
    """A p-value or the like as text: its size matters, not its decimals."""
    return pl.col(column).map_elements(lambda value: f"{value:.{digits}g}", return_dtype=pl.String).fill_null("")


def dollars(column: str) -> pl.Expr:
    """Exact cents as the floating point that charts take."""
    return pl.col(column).cast(pl.Float64)


def cases() -> pl.DataFrame:
    """The list by rank, with its two kinds; a member goes by the case, not by an identifier."""
    return table("cases").sort("rank").with_columns(
        kind=pl.when(pl.col("q_value").is_null()).then(pl.lit("rule")).otherwise(pl.lit("statistical")),
        entity_id=pl.when(pl.col("entity_type") == "member")
        .then(pl.format("member of case {}", pl.col("case_id").str.slice(0, 8)))
        .otherwise(pl.col("entity_id")),
    )


def provider_tests() -> pl.DataFrame:
    """Every provider × measure, with the group's level and `why` there is no score, in few words."""
    level = table("peer_groups").select("measure", "peer_group", "level").unique()
    reason = pl.col("not_scored")
    return (
        table("tests")
        .filter(pl.col("entity_type") == "provider")
        .join(level, on=["measure", "peer_group"], how="left")
        .with_columns(
            scored=pl.col("p_value").is_not_null() & pl.col("observed").is_not_null(),
            why=pl.when(reason.is_null())
            .then(None)
            .when(reason.str.contains("peers with enough volume|enough peers"))
            .then(pl.lit("too few peers"))
            .when(reason.str.contains(r", fewer than \d+$"))
            .then(pl.lit("too little volume"))
            .when(reason.str.contains("^never |^no month with"))
            .then(pl.lit("too little history"))
            .when(reason.str.contains("^no convergence|^no spread"))
            .then(pl.lit("no null could be fitted"))
            .otherwise(pl.lit("other")),
        )
    )

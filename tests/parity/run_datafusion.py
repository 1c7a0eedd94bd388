"""Runs statements on DataFusion.

    run_datafusion.py JOBS

JOBS is a JSON list of {"tables": folder of Parquet files, "sql": text, "result": path}. Each result
is written as Parquet with the types that the program's engine gives (Int64, Float64, Utf8, Boolean,
Date32), or the engine's words to `result`.error.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datafusion import SessionConfig, SessionContext


def context(folder):
    """Several partitions and small batches, so that no order comes about by chance."""
    session = SessionContext(SessionConfig().with_target_partitions(3).with_batch_size(256))
    for path in sorted(Path(folder).glob("*.parquet")):
        session.register_parquet(path.stem, str(path))
    return session


def common(kind):
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    return kind


def main(jobs):
    contexts = {}
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        folder = job["tables"]
        if folder not in contexts:
            contexts[folder] = context(folder)
        try:
            rows = contexts[folder].sql(job["sql"]).to_arrow_table()
            rows = rows.cast(pa.schema([pa.field(f.name, common(f.type)) for f in rows.schema]))
            pq.write_table(rows, job["result"])
        except Exception as error:  # DataFusion's errors have no common type
            Path(job["result"] + ".error").write_text(str(error), encoding="utf-8")


main(sys.argv[1])

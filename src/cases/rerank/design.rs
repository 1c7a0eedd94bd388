//! From named measures to a standardised matrix.

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::cases::measures::Measures;

/// Rows that must have a measure, at a value other than 0, before it becomes a column: fewer tell
/// of these cases, not of the measure. Ten, as in the rule of thumb of ten events a parameter
/// (Peduzzi et al., *A simulation study of the number of events per variable in logistic
/// regression analysis*, 1996).
pub const LEAST_ROWS: usize = 10;

/// One column: a measure with its mean and standard deviation over the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    mean: f64,
    deviation: f64,
}

/// The columns that a set of training rows supports, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    pub columns: Vec<Column>,
}

/// The value of a measure on the scale of the model; an absent one is 0. Dollars, counts and
/// ratios are taken as logarithms: it is their factors that compare.
fn value(measures: &Measures, name: &str) -> f64 {
    let raw = measures.get(name).copied().unwrap_or(0.0);
    if name.ends_with("_amount") || name.ends_with("_count") {
        raw.max(0.0).ln_1p()
    } else if name.starts_with("ratio_lower.") && raw > 0.0 {
        raw.ln()
    } else {
        raw
    }
}

impl Design {
    /// Chooses and scales the columns.
    #[must_use]
    pub fn fit(rows: &[&Measures]) -> Design {
        let mut support: BTreeMap<&str, usize> = BTreeMap::new();
        for measures in rows {
            for (name, raw) in *measures {
                if *raw != 0.0 {
                    *support.entry(name).or_default() += 1;
                }
            }
        }
        let count = rows.len() as f64;
        let columns = support
            .into_iter()
            .filter(|(_, rows)| *rows >= LEAST_ROWS)
            .filter_map(|(name, _)| {
                let values: Vec<f64> = rows.iter().map(|m| value(m, name)).collect();
                let mean = values.iter().sum::<f64>() / count;
                let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
                let deviation = variance.sqrt();
                // Zero but for rounding is no spread.
                (deviation > 1e-9 * mean.abs().max(1.0)).then(|| Column {
                    name: name.to_owned(),
                    mean,
                    deviation,
                })
            })
            .collect();
        Design { columns }
    }

    /// Rows × columns, each column with mean 0 and variance 1 over the training rows.
    #[must_use]
    pub fn matrix(&self, rows: &[&Measures]) -> Array2<f64> {
        Array2::from_shape_fn((rows.len(), self.columns.len()), |(row, column)| {
            let column = &self.columns[column];
            (value(rows[row], &column.name) - column.mean) / column.deviation
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[&[(&str, f64)]]) -> Vec<Measures> {
        let row = |v: &&[(&str, f64)]| v.iter().map(|(n, x)| ((*n).to_owned(), *x)).collect();
        values.iter().map(row).collect()
    }

    #[test]
    fn columns_are_standardised_and_absent_is_zero() {
        let with: &[(&str, f64)] = &[("statistical", 1.0), ("paid_amount", 99.0)];
        let without: &[(&str, f64)] = &[("paid_amount", 0.0)];
        let rows = rows(&[[with; 10], [without; 10]].concat());
        let rows: Vec<&Measures> = rows.iter().collect();
        let design = Design::fit(&rows);
        let names: Vec<&str> = design.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["paid_amount", "statistical"]);
        let matrix = design.matrix(&rows);
        for column in matrix.columns() {
            assert!((column.sum()).abs() < 1e-9 && (column[0] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_measure_of_few_rows_and_one_without_spread_are_no_columns() {
        let rare: &[(&str, f64)] = &[("rare", 1.0), ("same", 2.0)];
        let usual: &[(&str, f64)] = &[("same", 2.0)];
        let rows = rows(&[[rare; 9].to_vec(), [usual; 20].to_vec()].concat());
        let rows: Vec<&Measures> = rows.iter().collect();
        assert!(Design::fit(&rows).columns.is_empty());
    }
}

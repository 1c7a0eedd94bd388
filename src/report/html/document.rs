//! The page itself: template, style, scripts and data joined into one file that needs no network.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");

/// The page's own scripts; later ones use what earlier ones define.
const SCRIPTS: [&str; 9] = [
    include_str!("page/format.js"),
    include_str!("page/data.js"),
    include_str!("page/element.js"),
    include_str!("page/chart.js"),
    include_str!("page/overview.js"),
    include_str!("page/list.js"),
    include_str!("page/peers.js"),
    include_str!("page/case.js"),
    include_str!("page/main.js"),
];

/// Vega, Vega-Lite and the interpreter that runs their expressions without `eval`.
const VENDOR: [&str; 3] = [
    include_str!("../vendor/vega.min.js"),
    include_str!("../vendor/vega-lite.min.js"),
    include_str!("../vendor/vega-interpreter.js"),
];

/// The charts by name: Vega-Lite specs whose data the page fills in. See `../charts/README.md`.
pub const CHARTS: [(&str, &str); 5] = [
    ("waterfall", include_str!("../charts/waterfall.vl.json")),
    (
        "distribution",
        include_str!("../charts/distribution.vl.json"),
    ),
    ("funnel", include_str!("../charts/funnel.vl.json")),
    ("months", include_str!("../charts/months.vl.json")),
    ("codes", include_str!("../charts/codes.vl.json")),
];

/// Colours and type of the charts, as Vega-Lite configurations.
const LOOKS: [(&str, &str); 2] = [
    ("look-light", include_str!("../charts/look.light.json")),
    ("look-dark", include_str!("../charts/look.dark.json")),
];

/// Licence texts of what the page carries.
const LICENCES: &str = include_str!("../vendor/LICENSES.txt");

/// A block of data: its id in the document, and what it holds as JSON that a script element may
/// carry.
pub struct Block {
    id: String,
    json: String,
}

impl Block {
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn new(id: impl Into<String>, value: &impl Serialize) -> Result<Block> {
        let id = id.into();
        let json = serde_json::to_string(value).map_err(|e| Error::Engine {
            statement: format!("report data {id}"),
            message: e.to_string(),
        })?;
        Ok(Block {
            id,
            json: escape_json(&json),
        })
    }
}

/// Escapes what could end a script element or begin a comment in it; still the same JSON.
fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() + json.len() / 64);
    for c in json.chars() {
        match c {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Escapes text for HTML content and quoted attributes.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Joins the whole document. Scripts and style run by their hash alone: whatever else found its way
/// into the file, the browser does not execute it, and nothing is fetched.
pub fn document(title: &str, blocks: &[Block]) -> String {
    let own = format!("'use strict';\n(() => {{\n{}\n}})();", SCRIPTS.join("\n"));
    let scripts: Vec<&str> = VENDOR.iter().copied().chain([own.as_str()]).collect();
    let hashes: Vec<String> = scripts.iter().map(|s| source_hash(s)).collect();
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hashes.join(" "),
        source_hash(STYLE)
    );
    let mut data = String::new();
    for (name, spec) in CHARTS.into_iter().chain(LOOKS) {
        push_data(&mut data, &format!("chart-{name}"), &escape_json(spec));
    }
    for block in blocks {
        push_data(&mut data, &block.id, &block.json);
    }
    let mut code = String::new();
    for script in scripts {
        code.push_str("<script>");
        code.push_str(script);
        code.push_str("</script>\n");
    }
    fill(&[
        ("policy", &policy),
        ("title", &escape_html(title)),
        ("style", STYLE),
        ("licences", &escape_html(LICENCES)),
        ("data", &data),
        ("scripts", &code),
    ])
}

fn push_data(into: &mut String, id: &str, json: &str) {
    into.push_str("<script type=\"application/json\" id=\"");
    into.push_str(&escape_html(id));
    into.push_str("\">");
    into.push_str(json.trim_end());
    into.push_str("</script>\n");
}

/// Puts each value where the template names it as `{{name}}`, in one pass, so that a value that
/// looks like a name stays text.
fn fill(values: &[(&str, &str)]) -> String {
    let size: usize = values.iter().map(|(_, v)| v.len()).sum();
    let mut page = String::with_capacity(PAGE.len() + size);
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, tail) = after.split_once("}}").unwrap_or((after, ""));
        let value = values.iter().find(|(n, _)| *n == name).map_or("", |v| v.1);
        page.push_str(value);
        rest = tail;
    }
    page.push_str(rest);
    page
}

/// The source expression of a content security policy for exactly this text.
fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// Base64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let all = chunk
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        for digit in 0..4 {
            let value = (all >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() {
                char::from(DIGITS[value as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn no_data_ends_its_element() {
        let block =
            Block::new("x", &"</script><script>alert(1)</script><!-- & \u{2028}").expect("a block");
        assert!(!block.json.contains(['<', '>', '&', '\u{2028}']));
        let back: String = serde_json::from_str(&block.json).expect("still JSON");
        assert!(back.starts_with("</script>"));
    }

    #[test]
    fn no_script_ends_its_element() {
        for text in VENDOR.iter().chain(&SCRIPTS).chain([&STYLE]) {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains("</script")
                    && !lower.contains("<!--")
                    && !lower.contains("</style")
            );
        }
    }

    #[test]
    fn a_value_that_looks_like_a_name_stays_text() {
        let page = document("{{scripts}} <b>", &[]);
        assert!(page.contains("<title>{{scripts}} &lt;b&gt;</title>"));
    }

    #[test]
    fn charts_are_json() {
        for (name, spec) in CHARTS {
            let spec: serde_json::Value = serde_json::from_str(spec).expect(name);
            assert!(spec["description"].is_string(), "{name} says what it shows");
        }
    }
}

//! Names that stand for members, so that work papers can be read without saying who they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{Error, Result};

/// Fewest bytes of secret in a key file: the key length of keyed BLAKE3.
pub const SHORTEST_SECRET: usize = 32;
/// Most bytes read of a key file: more is another file named by mistake.
const LONGEST_SECRET: u64 = 65_536;
/// Fewest different bytes of a secret: 64 random hexadecimal digits have fewer less than once in
/// 10^18 files (16 choose 7, times (7/16)^64), random bytes still more rarely.
const FEWEST_DIFFERENT: usize = 8;
/// Bits of file mode that let every user of the machine read, write or execute.
const EVERYBODY: u32 = 0o007;

/// Hexadecimal digits of a keyed pseudonym: 80 bits. Two of n members share one with a probability
/// of about n² / 2^81: 4 in a thousand million for a hundred million members.
pub const KEYED_DIGITS: usize = 20;
/// Digits of a numbered pseudonym, or more where the members need them.
const NUMBER_DIGITS: usize = 4;
/// What tells this key from others that are made of the same secret.
const KEY_CONTEXT: &str = "claimhound 2026-11 pseudonym of a member";
/// What tells the fingerprint from the key.
const FINGERPRINT_CONTEXT: &str = "claimhound 2026-11 fingerprint of a pseudonym key";
/// Hexadecimal digits of the fingerprint.
const FINGERPRINT_DIGITS: usize = 8;

/// How members appear.
#[derive(Debug, Clone)]
pub enum Members {
    /// By a number within one export.
    Numbered,
    /// By a keyed hash, the same in every export with the same key.
    Keyed(Key),
    /// By their own identifiers.
    Shown,
}

/// A secret that makes pseudonyms.
#[derive(Clone)]
pub struct Key {
    key: [u8; 32],
    /// Eight digits that say which key it was and not what it is.
    pub fingerprint: String,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.fingerprint)
    }
}

impl Key {
    /// Reads a secret from a file: any bytes; of a text, blanks and line ends at its end do not
    /// count, since editors add them.
    ///
    /// # Errors
    /// Where it cannot be read, is open to every user, or is no secret by its length or content.
    pub fn read(path: &Path) -> Result<Key> {
        let refused = |found: String, remedy: &str| {
            Err(Error::input(path.display().to_string(), found, remedy))
        };
        let file = File::open(path).map_err(Error::io(path, "opening the key file"))?;
        let about = file
            .metadata()
            .map_err(Error::io(path, "reading the key file"))?;
        if about.permissions().mode() & EVERYBODY != 0 {
            return refused(
                "every user of this machine may use this key".into(),
                "Take that away: chmod 600 FILE",
            );
        }
        let mut secret = Vec::new();
        file.take(LONGEST_SECRET + 1)
            .read_to_end(&mut secret)
            .map_err(Error::io(path, "reading the key file"))?;
        if secret.len() as u64 > LONGEST_SECRET {
            return refused(
                format!("more than {LONGEST_SECRET} bytes: not a key"),
                "Give the file that holds the secret",
            );
        }
        if let Ok(text) = std::str::from_utf8(&secret) {
            secret.truncate(text.trim_end().len());
        }
        let different: BTreeSet<u8> = secret.iter().copied().collect();
        if secret.len() < SHORTEST_SECRET || different.len() < FEWEST_DIFFERENT {
            return refused(
                format!(
                    "{} bytes, {} of them different: a key has at least {SHORTEST_SECRET} bytes of secret",
                    secret.len(),
                    different.len()
                ),
                "Make one with: (umask 077; openssl rand -hex 32 > FILE)",
            );
        }
        Ok(Key::new(&secret))
    }

    fn new(secret: &[u8]) -> Key {
        let hex = |context| {
            let derived = blake3::derive_key(context, secret);
            blake3::Hash::from_bytes(derived).to_hex()
        };
        Key {
            key: blake3::derive_key(KEY_CONTEXT, secret),
            fingerprint: hex(FINGERPRINT_CONTEXT)[..FINGERPRINT_DIGITS].to_owned(),
        }
    }

    /// A letter first, so that no spreadsheet takes a pseudonym for a number.
    fn pseudonym(&self, member: &str) -> String {
        let hash = blake3::keyed_hash(&self.key, member.as_bytes()).to_hex();
        format!("M{}", &hash[..KEYED_DIGITS])
    }
}

/// The pseudonyms of one export.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    of: BTreeMap<String, String>,
}

impl Pseudonyms {
    /// Names `members`, which come in the order in which they are to be numbered; `None` where they
    /// appear by their own identifiers.
    ///
    /// # Errors
    /// Where two members get one pseudonym.
    pub fn new<'a>(
        how: &Members,
        members: impl Iterator<Item = &'a str>,
    ) -> Result<Option<Pseudonyms>> {
        let mut seen = BTreeSet::new();
        let members: Vec<&str> = members.filter(|m| seen.insert(*m)).collect();
        let width = members.len().to_string().len().max(NUMBER_DIGITS);
        let of: BTreeMap<String, String> = match how {
            Members::Shown => return Ok(None),
            Members::Numbered => (1..)
                .zip(&members)
                .map(|(number, m)| ((*m).to_owned(), format!("M{number:0width$}")))
                .collect(),
            Members::Keyed(key) => members
                .iter()
                .map(|m| ((*m).to_owned(), key.pseudonym(m)))
                .collect(),
        };
        let different: BTreeSet<&String> = of.values().collect();
        if different.len() < of.len() {
            return Err(Error::input(
                "the pseudonyms",
                "two members have the same one",
                "Use another key",
            ));
        }
        Ok(Some(Pseudonyms { of }))
    }

    /// The pseudonym of a member; `None` of whatever is no member of this export.
    #[must_use]
    pub fn of(&self, member: &str) -> Option<&str> {
        self.of.get(member).map(String::as_str)
    }

    /// Number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn key_file(content: &[u8], mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        (folder, path)
    }

    fn named(how: &Members, members: &[&str]) -> Vec<String> {
        let pseudonyms = Pseudonyms::new(how, members.iter().copied()).expect("pseudonyms");
        let pseudonyms = pseudonyms.expect("not shown");
        let of = |m: &&str| pseudonyms.of(m).expect("named").to_owned();
        members.iter().map(of).collect()
    }

    #[test]
    fn numbers_follow_the_order_given() {
        assert_eq!(
            named(&Members::Numbered, &["z", "a", "z", "b"]),
            ["M0001", "M0002", "M0001", "M0003"]
        );
        let many: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(named(&Members::Numbered, &many)[0], "M00001");
    }

    #[test]
    fn a_key_gives_a_member_the_same_pseudonym_in_any_company() {
        let key = Members::Keyed(Key::new(SECRET));
        let (first, second) = (named(&key, &["a", "b"]), named(&key, &["c", "b", "a"]));
        assert_eq!(first[0], second[2]);
        assert_eq!(first[1], second[1]);
        let other = Members::Keyed(Key::new(b"another secret of thirty-two bytes!"));
        assert_ne!(named(&other, &["a"])[0], first[0]);
        // Pseudonyms that are out in the world must not change with the program's version. By the
        // blake3 package of Python: derive_key, then a keyed hash.
        assert_eq!(first[0], "M4a79f9879f1ff7cb4895");
    }

    #[test]
    fn a_key_is_not_told_by_its_fingerprint_or_debug_text() {
        let key = Key::new(SECRET);
        let hex = blake3::Hash::from_bytes(key.key).to_hex();
        assert!(!hex.contains(&key.fingerprint));
        assert_eq!(format!("{key:?}"), format!("Key({})", key.fingerprint));
    }

    #[test]
    fn line_ends_after_a_text_are_no_part_of_the_secret() {
        let fingerprint = |content: &[u8]| {
            let (_folder, path) = key_file(content, 0o600);
            Key::read(&path).expect("a key").fingerprint
        };
        let plain = fingerprint(SECRET);
        assert_eq!(plain, Key::new(SECRET).fingerprint);
        assert_eq!(fingerprint(&[SECRET, b"\r\n"].concat()), plain);
        assert_ne!(fingerprint(&[b" ", SECRET].concat()), plain);
        let binary: Vec<u8> = (0..32).map(|i| 0xE0 | (i * 7)).chain([b'\n']).collect();
        assert_ne!(fingerprint(&binary), fingerprint(&binary[..32]));
    }

    #[test]
    fn what_is_no_secret_is_refused_with_the_remedy() {
        for (content, mode, found) in [
            (&SECRET[..31], 0o600, "31 bytes"),
            (b"".as_slice(), 0o600, "0 bytes"),
            (&[b'a'; 64], 0o600, "1 of them different"),
            (&[SECRET, &vec![b'\n'; 70_000]].concat(), 0o600, "not a key"),
            (SECRET, 0o604, "chmod 600"),
            (SECRET, 0o602, "chmod 600"),
        ] {
            let (_folder, path) = key_file(content, mode);
            let error = Key::read(&path).expect_err(found).to_string();
            assert!(error.contains(found) && error.contains("key"), "{error}");
        }
        let (_folder, path) = key_file(SECRET, 0o640);
        assert!(Key::read(&path).is_ok(), "a group may share a key");
        assert!(Key::read(Path::new("/nonexistent/key")).is_err());
        assert!(Key::read(Path::new("/")).is_err());
    }
}

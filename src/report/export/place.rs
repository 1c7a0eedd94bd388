//! Where work papers go: written aside, then put in their place at once, never over others.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::private::create_private;
use crate::report::run_folder::{hash_file, sync_folder};

/// Work papers being written. What is not put in place is removed with the value.
pub struct Place {
    /// The file or folder they are to become.
    target: PathBuf,
    /// Folder aside, locked.
    aside: PathBuf,
    _lock: File,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// The very same was there already.
    Unchanged,
}

impl Place {
    /// Begins `name` in `folder`; what a killed export left of it is removed.
    ///
    /// # Errors
    /// Where the folder cannot be written, or another export writes the same.
    pub fn begin(folder: &Path, name: &str) -> Result<Place> {
        create_private(folder)?;
        let aside = folder.join(format!(".{name}.partial"));
        create_private(&aside)?;
        let lock = File::open(&aside).map_err(Error::io(&aside, "opening"))?;
        let busy = || {
            Error::input(
                folder.join(name).display().to_string(),
                "another export is writing it",
                "Wait for that one to end",
            )
        };
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(busy()),
            Err(fs::TryLockError::Error(e)) => return Err(Error::io(&aside, "locking")(e)),
        }
        // The folder that was locked may be one that another export has just finished with.
        let held = lock.metadata().map_err(Error::io(&aside, "looking at"))?;
        if fs::metadata(&aside).map_or(0, |m| m.ino()) != held.ino() {
            return Err(busy());
        }
        let place = Place {
            target: folder.join(name),
            aside,
            _lock: lock,
        };
        remove(&place.content())?;
        Ok(place)
    }

    /// Where to write: the file itself, or a folder for its files.
    #[must_use]
    pub fn content(&self) -> PathBuf {
        self.aside.join("content")
    }

    /// Puts what was written in its place.
    ///
    /// # Errors
    /// Where something else is there: work papers may hold an auditor's notes.
    pub fn finish(self) -> Result<(PathBuf, Outcome)> {
        let content = self.content();
        let target = self.target.clone();
        if fs::symlink_metadata(&target).is_ok() {
            if hashes(&target)? == hashes(&content)? {
                return Ok((target, Outcome::Unchanged));
            }
            return Err(Error::input(
                target.display().to_string(),
                "there is one of this name already, and it differs",
                "It may hold notes: move it away, or give another --output",
            ));
        }
        if content.is_dir() {
            sync_folder(&content)?;
        } else {
            File::open(&content)
                .and_then(|f| f.sync_all())
                .map_err(Error::io(&content, "writing to disk"))?;
        }
        fs::rename(&content, &target).map_err(Error::io(&target, "putting it in its place"))?;
        Ok((target, Outcome::Written))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.aside);
    }
}

fn remove(path: &Path) -> Result<()> {
    let gone = if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        return Ok(());
    };
    gone.map_err(Error::io(path, "removing what a killed export left"))
}

/// BLAKE3 of a file, or of every file of a folder by name.
fn hashes(path: &Path) -> Result<BTreeMap<PathBuf, String>> {
    if !path.is_dir() {
        return Ok([(PathBuf::new(), hash_file(path)?)].into());
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(Error::io(path, "reading back"))? {
        let entry = entry.map_err(Error::io(path, "reading back"))?;
        let hash = if entry.path().is_dir() {
            "folder".to_owned()
        } else {
            hash_file(&entry.path())?
        };
        found.insert(PathBuf::from(entry.file_name()), hash);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::begin(folder.path(), "a.csv").expect("a place");
        fs::write(place.content(), "half").expect("content");
        drop(place);
        assert!(files(folder.path()).is_empty());
        let place = Place::begin(folder.path(), "a.csv").expect("a place");
        fs::write(place.content(), "whole").expect("content");
        let (path, outcome) = place.finish().expect("in place");
        assert_eq!(outcome, Outcome::Written);
        assert_eq!(fs::read_to_string(path).expect("text"), "whole");
        assert_eq!(files(folder.path()), ["a.csv"]);
    }

    #[test]
    fn the_same_is_left_and_another_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, expected) in [
            ("one", Some(Outcome::Written)),
            ("one", Some(Outcome::Unchanged)),
            ("two", None),
        ] {
            let place = Place::begin(folder.path(), "papers").expect("a place");
            create_private(&place.content()).expect("a folder");
            fs::write(place.content().join("x.csv"), text).expect("content");
            assert_eq!(place.finish().ok().map(|done| done.1), expected);
            let kept = fs::read_to_string(folder.path().join("papers/x.csv"));
            assert_eq!(kept.expect("text"), "one");
            assert_eq!(files(folder.path()), ["papers"]);
        }
    }

    #[test]
    fn two_exports_of_one_name_do_not_meet() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Place::begin(folder.path(), "a").expect("a place");
        let error = Place::begin(folder.path(), "a").err().expect("busy");
        assert!(error.to_string().contains("another export"), "{error}");
        fs::write(first.content(), "kept").expect("content");
        assert!(Place::begin(folder.path(), "b").is_ok());
        assert!(first.finish().is_ok());
    }
}

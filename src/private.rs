//! Files and folders that only their owner can read: claims are members' health data.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, Result};

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// Creates a folder and its parents.
///
/// # Errors
/// Where the disk refuses.
pub fn create_private(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(folder)
        .map_err(Error::io(folder, "creating the folder"))
}

/// Creates a file, or empties it.
///
/// # Errors
/// Where the disk refuses.
pub fn private_file(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(Error::io(path, "creating"))?;
    file.set_permissions(Permissions::from_mode(FILE_MODE))
        .map_err(Error::io(path, "protecting"))?;
    Ok(file)
}

/// Writes a whole file.
///
/// # Errors
/// Where the disk refuses.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    private_file(path)?
        .write_all(content)
        .map_err(Error::io(path, "writing"))
}

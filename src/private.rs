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

/// Replaces a whole file at once: a reader, or a crash, finds the old content or the new, never a
/// part of either.
///
/// # Errors
/// Where the disk refuses; the old content then stays.
pub fn replace_private(path: &Path, content: &[u8]) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let next = path.with_file_name(format!(".{name}.next"));
    let mut file = private_file(&next)?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(Error::io(&next, "writing"))?;
    std::fs::rename(&next, path).map_err(Error::io(path, "replacing"))?;
    match path.parent() {
        Some(folder) if folder != Path::new("") => sync_entries(folder),
        _ => sync_entries(Path::new(".")),
    }
}

/// Makes sure that the names in a folder are on the disk.
///
/// # Errors
/// Where the disk refuses.
pub fn sync_entries(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(Error::io(folder, "writing to disk"))
}

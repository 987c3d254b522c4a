//! The file operations that a state in a folder is made of: those of the system, and behind the
//! same trait those of a disk in memory that loses what a power failure loses.

use std::{
    any::Any,
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    time::SystemTime,
};

use sha2::{Digest, Sha256};

/// What a state in a folder asks of a disk.
///
/// What was written, and every name that was made, changed or removed, may be lost until it is
/// synced: that of a file with [`DiskFile::sync`], that of a name with [`Disk::sync_folder`] of the
/// folder that it is in.
pub trait Disk: fmt::Debug + Send + Sync + 'static {
    /// What a file holds.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn read(&self, file: &Path) -> io::Result<Vec<u8>>;

    /// The names of what is in a folder, in no order.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Makes a folder in one that exists.
    ///
    /// # Errors
    ///
    /// Those of the system; `AlreadyExists` when it does.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// Opens a file for writing, and makes it when there is none.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn open(&self, file: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file another name in the same folder, in place of what had it.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn remove(&self, file: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Takes a lock, which the system lets go of when the process ends, however it ends.
    ///
    /// # Errors
    ///
    /// Those of the system; that somebody else has it is none.
    fn lock(&self, file: &Path) -> io::Result<Lock>;

    /// An id that no other state has.
    fn new_id(&self, folder: &Path) -> String;

    /// Whether operations take so long that they must not hold up the runtime.
    fn blocks(&self) -> bool;
}

/// A file that is open for writing.
pub trait DiskFile: fmt::Debug + Send {
    /// Cuts the file off after this many bytes.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn cut(&mut self, len: u64) -> io::Result<()>;

    /// Writes at the end.
    ///
    /// # Errors
    ///
    /// Those of the system; any part may have been written then.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes durable what was written.
    ///
    /// # Errors
    ///
    /// Those of the system.
    fn sync(&mut self) -> io::Result<()>;
}

/// Whether a lock could be taken.
#[derive(Debug)]
pub enum Lock {
    /// Somebody else has it.
    Held {
        /// Who: process and user, or nothing if that is not known.
        owner: String,
    },
    /// It is taken until this is dropped.
    Taken(Box<dyn Any + Send>),
}

/// The disk of the system.
#[derive(Debug, Clone, Copy)]
pub(super) struct OsDisk;

impl Disk for OsDisk {
    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        fs::read(file)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            // Names that are no text are none of ours.
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir(folder)
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(file)?;
        Ok(Box::new(OsFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        fs::remove_file(file)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// Other systems sync the names with the files, and open no folders.
    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, file: &Path) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        let mut file = options.create(true).truncate(false).read(true).write(true).open(file)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let _ = file.read_to_string(&mut owner);
                return Ok(Lock::Held { owner: owner.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        writeln!(file, "process {} of {}", std::process::id(), user())?;
        Ok(Lock::Taken(Box::new(file)))
    }

    #[expect(clippy::disallowed_methods, reason = "the one thing that must differ by run")]
    fn new_id(&self, folder: &Path) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut hasher = Sha256::new();
        hasher.update(now.as_nanos().to_be_bytes());
        hasher.update(std::process::id().to_be_bytes());
        hasher.update(folder.as_os_str().as_encoded_bytes());
        hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn blocks(&self) -> bool {
        true
    }
}

/// A file of the system, written at its end.
#[derive(Debug)]
struct OsFile(File);

impl DiskFile for OsFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.seek(SeekFrom::End(0))?;
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

#[expect(clippy::disallowed_methods, reason = "only shown to people, who want to know who it is")]
fn user() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| "an unknown user".to_owned())
}

//! A disk in memory that forgets what was not synced when the power goes.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use elanswer_core::state::disk::{Disk, DiskFile, Lock};

/// A disk in memory, for a state whose every byte a test wants to see lost.
///
/// It keeps two pictures: what programs see, and what is durable. A file's content is durable once
/// the file was synced, a name once its folder was; [`power_cut`](Self::power_cut) gives the disk
/// on which everything else is gone.
///
/// A clone is the same disk.
///
/// ```
/// use elanswer_core::{LocalStore, state::Store};
/// use elanswer_testkit::MemoryDisk;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), elanswer_core::state::StateError> {
/// let disk = MemoryDisk::new();
/// let store = disk.store("/state");
/// store.open("shop").await?.append(&[]).await?;
/// assert!(disk.files().contains_key("/state/shop/journal-0"));
/// assert_eq!(disk.power_cut().files(), disk.files());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryDisk(Arc<Inner>);

#[derive(Default)]
struct Inner {
    tree: Mutex<Tree>,
    locks: Mutex<BTreeSet<PathBuf>>,
    watch: Mutex<Option<Watch>>,
    forgetful: bool,
}

/// Whoever looks at every change of a disk.
pub(crate) type Watch = Arc<dyn Fn(&Change<'_>) + Send + Sync>;

/// Everything on the disk: folders and files, the root first. None is ever taken out, so that what
/// was removed and is not synced can come back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree(Vec<Node>);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    File(Twice<Vec<u8>>),
    Folder(Twice<BTreeMap<String, usize>>),
}

/// Something as programs see it, and as it would be after a power failure.
#[derive(Debug, Clone, Default, PartialEq)]
struct Twice<T> {
    live: T,
    durable: T,
}

/// A change of the disk that is about to be made, or was.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// Its name: `write`.
    pub(crate) what: &'static str,
    /// Whether it is done.
    pub(crate) done: bool,
    /// The file and what is about to be written to it.
    write: Option<(usize, &'a [u8])>,
    tree: &'a Tree,
    /// What there was before, once it is done.
    before: Option<&'a Tree>,
}

impl Change<'_> {
    /// The bytes that are about to be written.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.write.map(|(_, bytes)| bytes)
    }

    /// The disk if the power goes now: what is not synced is gone.
    pub(crate) fn lost(&self) -> Tree {
        let mut tree = self.tree.clone();
        tree.0.iter_mut().for_each(Node::forget);
        tree
    }

    /// The disk if the program ends now: everything reaches the disk.
    pub(crate) fn kept(&self) -> Tree {
        let mut tree = self.tree.clone();
        tree.0.iter_mut().for_each(Node::sync);
        tree
    }

    /// The disk if, of all that is not synced, only this change of names has reached it: nothing
    /// says that names become durable in order.
    pub(crate) fn alone(&self) -> Option<Tree> {
        let before = self.before?;
        let mut tree = before.clone();
        tree.0.extend(self.tree.0.iter().skip(before.0.len()).cloned());
        let mut changed = false;
        let folders = tree.0.iter_mut().zip(&before.0).zip(&self.tree.0);
        for folder in folders {
            let ((Node::Folder(names), Node::Folder(old)), Node::Folder(new)) = folder else {
                continue;
            };
            for name in old.live.keys().filter(|name| !new.live.contains_key(*name)) {
                changed |= names.durable.remove(name).is_some();
            }
            for (name, at) in new.live.iter().filter(|(name, at)| old.live.get(*name) != Some(at)) {
                changed |= names.durable.insert(name.clone(), *at) != Some(*at);
            }
        }
        tree.0.iter_mut().for_each(Node::forget);
        changed.then_some(tree)
    }

    /// The disk if the power goes when this many bytes have reached it.
    pub(crate) fn torn(&self, bytes: usize) -> Tree {
        let mut tree = self.tree.clone();
        if let Some((file, written)) = self.write
            && let Some(Node::File(content)) = tree.0.get_mut(file)
        {
            content.live.extend(written.iter().take(bytes));
        }
        tree.0.iter_mut().for_each(Node::sync);
        tree
    }
}

impl Node {
    fn sync(&mut self) {
        match self {
            Self::File(content) => content.sync(),
            Self::Folder(names) => names.sync(),
        }
    }

    fn forget(&mut self) {
        match self {
            Self::File(content) => content.live.clone_from(&content.durable),
            Self::Folder(names) => names.live.clone_from(&names.durable),
        }
    }
}

impl<T: Clone> Twice<T> {
    fn sync(&mut self) {
        self.durable.clone_from(&self.live);
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self(vec![Node::Folder(Twice::default())])
    }
}

impl Tree {
    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        for name in names(path) {
            let Some(Node::Folder(folder)) = self.0.get(at) else {
                return Err(io::ErrorKind::NotADirectory.into());
            };
            at = folder.live.get(&name).copied().ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    fn folder(&mut self, path: &Path) -> io::Result<&mut Twice<BTreeMap<String, usize>>> {
        let at = self.find(path)?;
        match self.0.get_mut(at) {
            Some(Node::Folder(folder)) => Ok(folder),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn file(&mut self, at: usize) -> io::Result<&mut Twice<Vec<u8>>> {
        match self.0.get_mut(at) {
            Some(Node::File(content)) => Ok(content),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    /// Gives something new a name.
    fn add(&mut self, path: &Path, node: Node) -> io::Result<usize> {
        let at = self.0.len();
        let (folder, name) = parts(path)?;
        self.folder(folder)?.live.insert(name, at);
        self.0.push(node);
        Ok(at)
    }

    fn collect(&self, at: usize, path: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        match self.0.get(at) {
            Some(Node::File(content)) => {
                found.insert(path.to_owned(), content.live.clone());
            }
            Some(Node::Folder(folder)) => {
                for (name, at) in &folder.live {
                    self.collect(*at, &format!("{path}/{name}"), found);
                }
            }
            None => {}
        }
    }
}

/// The names on the way to `path`.
fn names(path: &Path) -> impl Iterator<Item = String> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    })
}

fn parts(path: &Path) -> io::Result<(&Path, String)> {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => Ok((folder, name.to_string_lossy().into_owned())),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

impl MemoryDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty disk that says that it synced, and did not: what a cache that lies does.
    #[must_use]
    pub fn forgetful() -> Self {
        Self(Arc::new(Inner { forgetful: true, ..Inner::default() }))
    }

    /// A store in `folder` of this disk.
    #[must_use]
    pub fn store(&self, folder: impl Into<PathBuf>) -> elanswer_core::LocalStore {
        elanswer_core::LocalStore::on(Arc::new(self.clone()), folder)
    }

    /// The disk after the power went: what was not synced is gone, nobody holds a lock.
    #[must_use]
    pub fn power_cut(&self) -> Self {
        let mut tree = self.tree().clone();
        tree.0.iter_mut().for_each(Node::forget);
        self.with(tree)
    }

    /// Every file, by its path.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        self.tree().collect(0, "", &mut found);
        found
    }

    /// A disk of the same make with this on it.
    pub(crate) fn with(&self, tree: Tree) -> Self {
        Self(Arc::new(Inner {
            tree: Mutex::new(tree),
            forgetful: self.0.forgetful,
            ..Inner::default()
        }))
    }

    pub(crate) fn watch(&self, watch: Watch) {
        *self.0.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
    }

    pub(crate) fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change, and lets it be watched before and after.
    fn change<T>(
        &self,
        what: &'static str,
        write: Option<(usize, &[u8])>,
        f: impl FnOnce(&mut Tree) -> io::Result<T>,
    ) -> io::Result<T> {
        let watch = self.0.watch.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut tree = self.tree();
        if let Some(watch) = &watch {
            watch(&Change { what, done: false, write, tree: &tree, before: None });
        }
        let before = watch.as_ref().filter(|_| write.is_none()).map(|_| tree.clone());
        let done = f(&mut tree);
        if let Some(watch) = &watch {
            let before = before.as_ref();
            watch(&Change { what, done: true, write: None, tree: &tree, before });
        }
        done
    }
}

impl fmt::Debug for MemoryDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.files().into_iter().map(|(path, content)| (path, content.len()));
        f.debug_map().entries(sizes).finish()
    }
}

impl Disk for MemoryDisk {
    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let mut tree = self.tree();
        let at = tree.find(file)?;
        Ok(tree.file(at)?.live.clone())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        Ok(self.tree().folder(folder)?.live.keys().cloned().collect())
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        match self.tree().find(folder) {
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
        self.tree().folder(folder.parent().unwrap_or(folder))?;
        self.change("folder", None, |tree| {
            tree.add(folder, Node::Folder(Twice::default())).map(|_| ())
        })
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn DiskFile>> {
        let found = self.tree().find(file);
        let at = match found {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.change("create", None, |tree| tree.add(file, Node::File(Twice::default())))?
            }
            found => found?,
        };
        self.tree().file(at)?;
        Ok(Box::new(MemoryFile { disk: self.clone(), at }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change("rename", None, |tree| {
            let at = tree.find(from)?;
            let ((folder, old), (_, new)) = (parts(from)?, parts(to)?);
            let names = tree.folder(folder)?;
            names.live.remove(&old);
            names.live.insert(new, at);
            Ok(())
        })
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        self.tree().find(file)?;
        self.change("remove", None, |tree| {
            let (folder, name) = parts(file)?;
            tree.folder(folder)?.live.remove(&name);
            Ok(())
        })
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if self.0.forgetful {
            return Ok(());
        }
        self.change("sync-folder", None, |tree| {
            tree.folder(folder)?.sync();
            Ok(())
        })
    }

    fn lock(&self, file: &Path) -> io::Result<Lock> {
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        if !locks.insert(file.to_owned()) {
            return Ok(Lock::Held { owner: "this process".to_owned() });
        }
        Ok(Lock::Taken(
            Box::new(Held { disk: self.clone(), file: file.to_owned() }) as Box<dyn Any + Send>
        ))
    }

    /// The same for the same folder: a test that is run again does the same again.
    fn new_id(&self, folder: &Path) -> String {
        format!("memory:{}", folder.display())
    }

    fn blocks(&self) -> bool {
        false
    }
}

struct Held {
    disk: MemoryDisk,
    file: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.disk.0.locks.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.file);
    }
}

#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    at: usize,
}

impl DiskFile for MemoryFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if self.disk.tree().file(self.at)?.live.len() == len {
            return Ok(());
        }
        self.disk.change("cut", None, |tree| {
            tree.file(self.at)?.live.resize(len, 0);
            Ok(())
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.disk.change("write", Some((self.at, bytes)), |tree| {
            tree.file(self.at)?.live.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.disk.0.forgetful {
            return Ok(());
        }
        self.disk.change("sync", None, |tree| {
            tree.file(self.at)?.sync();
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_synced_is_lost() {
        let disk = MemoryDisk::new();
        disk.create_folder(Path::new("/a")).unwrap();
        let path = Path::new("/a/file");
        let mut file = disk.open(path).unwrap();
        file.append(b"one").unwrap();
        file.sync().unwrap();
        assert!(disk.power_cut().files().is_empty());
        disk.sync_folder(Path::new("/a")).unwrap();
        assert!(disk.power_cut().files().is_empty());
        disk.sync_folder(Path::new("/")).unwrap();
        assert_eq!(disk.power_cut().read(path).unwrap(), b"one");
        file.append(b"two").unwrap();
        assert_eq!(disk.read(path).unwrap(), b"onetwo");
        assert_eq!(disk.power_cut().read(path).unwrap(), b"one");
        disk.rename(path, Path::new("/a/other")).unwrap();
        assert!(disk.power_cut().read(path).is_ok());
        disk.sync_folder(Path::new("/a")).unwrap();
        assert!(disk.power_cut().read(path).is_err());
        disk.remove(Path::new("/a/other")).unwrap();
        assert_eq!(disk.power_cut().read(Path::new("/a/other")).unwrap(), b"one");
    }

    #[test]
    fn a_write_can_be_torn_at_any_byte() {
        let disk = MemoryDisk::new();
        let mut file = disk.open(Path::new("/file")).unwrap();
        let torn = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&torn);
        let own = disk.clone();
        disk.watch(Arc::new(move |change: &Change<'_>| {
            let bytes = change.bytes().map_or(0, <[u8]>::len);
            for at in 0..bytes {
                seen.lock().unwrap().push(own.with(change.torn(at)).files());
            }
        }));
        file.append(b"ab").unwrap();
        let contents: Vec<Vec<u8>> =
            torn.lock().unwrap().iter().map(|files| files["/file"].clone()).collect();
        assert_eq!(contents, [b"".to_vec(), b"a".to_vec()]);
    }

    #[test]
    fn names_may_become_durable_in_another_order() {
        let disk = MemoryDisk::new();
        let (old, new) = (Path::new("/old"), Path::new("/new"));
        disk.open(old).unwrap();
        disk.sync_folder(Path::new("/")).unwrap();
        disk.open(new).unwrap();
        let left = Arc::new(Mutex::new(Vec::new()));
        let (seen, own) = (Arc::clone(&left), disk.clone());
        disk.watch(Arc::new(move |change: &Change<'_>| {
            seen.lock().unwrap().extend(change.alone().map(|tree| own.with(tree).files()));
        }));
        disk.remove(old).unwrap();
        disk.sync_folder(Path::new("/")).unwrap();
        let left = left.lock().unwrap();
        assert!(matches!(left.as_slice(), [files] if files.is_empty()), "{left:?}");
    }

    #[test]
    fn a_lock_is_let_go_of_with_the_power() {
        let disk = MemoryDisk::new();
        let path = Path::new("/lock");
        let lock = disk.lock(path).unwrap();
        assert!(matches!(disk.lock(path).unwrap(), Lock::Held { .. }));
        assert!(matches!(disk.power_cut().lock(path).unwrap(), Lock::Taken(_)));
        drop(lock);
        assert!(matches!(disk.lock(path).unwrap(), Lock::Taken(_)));
    }
}

//! Damage to the bytes of a file.

use arbitrary::Arbitrary;

/// One damage.
#[derive(Debug, Arbitrary)]
pub enum Damage {
    /// A byte is another one.
    Flip { at: u16, with: u8 },
    /// The end is missing.
    Cut { at: u16 },
    /// The end is something else, as after a write that reached the disk in part.
    Overwrite { at: u16, with: Vec<u8> },
    /// Something was added at the end.
    Append { bytes: Vec<u8> },
}

impl Damage {
    /// Damages the bytes, and tells before which of them nothing has changed.
    pub fn strike(&self, bytes: &mut Vec<u8>) -> usize {
        let place = |at: u16| usize::from(at) % (bytes.len() + 1);
        match self {
            Self::Flip { at, with } => {
                let at = place(*at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= with | 1;
                }
                at
            }
            Self::Cut { at } => {
                let at = place(*at);
                bytes.truncate(at);
                at
            }
            Self::Overwrite { at, with } => {
                let at = place(*at);
                let end = (at + with.len()).min(bytes.len());
                bytes.splice(at..end, with.iter().copied());
                at
            }
            Self::Append { bytes: more } => {
                let at = bytes.len();
                bytes.extend(more);
                at
            }
        }
    }
}

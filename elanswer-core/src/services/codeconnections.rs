//! AWS CodeConnections: the way of AWS's developer tools to repositories that others host.

pub use arn::ConnectionArn;
pub use connection::{
    Connection, ConnectionName, ConnectionOutputs, ConnectionStatus, ProviderType,
};

mod arn;
mod connection;

//! The real programs under a bad day: killed, frozen, cut off and lied to, and a checker that follows every message
//! to its one effect by what the outside world saw.
//!
//! [`Plan`] is what will happen, drawn from a seed; [`House`] the programs and the world around them; [`run`] lets
//! the one happen to the other; [`checker`] tells what came of it. The crash points and the negative controls
//! (`tests/it`) use the same house and the same checker.
//!
//! Not here: anything the programs do. They are started like an operator starts them, with a file of settings.

pub mod checker;
mod house;
mod marker;
mod plan;
mod postman;
mod program;
mod proxy;
mod report;
mod run;
mod wiring;

pub use house::{Disk, House, HouseOptions};
pub use marker::Marker;
pub use plan::{Event, Plan, Scale};
pub use postman::Postman;
pub use program::Program;
pub use proxy::Proxy;
pub use report::{Outcome, Report};
pub use run::run;
pub use wiring::{SECOND_ACCOUNT, chat};

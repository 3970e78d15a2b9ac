//! The gateway process under open-loop load, beside a bare handler with the same script, over the same Redis.
//!
//! Each round starts both anew and drives them in turn, the one that begins changing from round to round, so
//! that whatever else happens on the machine happens to both. Both proofs are demanded: path and signature.

use std::net::SocketAddr;
use std::time::Duration;

use crate::context::Context;
use crate::figures::{Figure, Gate};
use crate::house::House;
use crate::open_loop::drive;
use crate::process::Program;
use crate::samples::Rounds;
use crate::webhook::{Path, requests};

pub(crate) const NAME: &str = "gateway";

/// Requests a second.
const RATES: [u32; 3] = [100, 500, 1000];

/// What goes before the measuring: connections, code pages, the first script calls.
const WARM_UP: (u32, usize) = (200, 300);

/// Measures it.
///
/// # Errors
/// When a program does not come up.
pub(crate) async fn run(context: &Context) -> anyhow::Result<Vec<Figure>> {
    let mut rates =
        RATES.map(|per_second| Rate { per_second, gateway: Readings::default(), floor: Readings::default() });
    for round in 0..context.pick(5, 1) {
        let house = House::open(1, "").await?;
        let ((gateway, at), (floor, floor_at)) = (house.gateway(context)?, house.floor()?);
        let mut sides = [
            Side { name: "gateway", program: gateway, at, path: Path::Secret },
            Side { name: "floor", program: floor, at: floor_at, path: Path::Bare },
        ];
        if round % 2 == 1 {
            sides.reverse();
        }
        for side in &sides {
            side.drive(WARM_UP.0, WARM_UP.1)?;
        }
        for rate in &mut rates {
            let count = rate.per_second as usize * context.pick(10, 2);
            for side in &sides {
                let readings = if side.name == NAME { &mut rate.gateway } else { &mut rate.floor };
                let read = readings.add(&side.drive(rate.per_second, count)?, count);
                context.say(NAME, &format!("round {}, {} at {}/s: {read}", round + 1, side.name, rate.per_second));
            }
        }
    }
    Ok(rates.iter().flat_map(Rate::figures).collect())
}

/// One of the two that are driven.
struct Side {
    name: &'static str,
    program: Program,
    at: SocketAddr,
    path: Path,
}

/// How one load went.
struct Load {
    outcome: crate::open_loop::Outcome,
    cpu: Duration,
}

impl Side {
    fn drive(&self, per_second: u32, count: usize) -> anyhow::Result<Load> {
        let series = format!("{:016x}", rand::random::<u64>());
        let requests = requests(&series, self.at, self.path, 1, count);
        let before = self.program.cpu()?;
        let outcome = tokio::task::block_in_place(|| drive(self.at, per_second, &requests));
        Ok(Load { outcome, cpu: self.program.cpu()? - before })
    }
}

/// What was read of one side at one rate, round by round.
#[derive(Default)]
struct Readings {
    p50: Rounds,
    p99: Rounds,
    p999: Rounds,
    /// Seconds for a thousand requests.
    cpu: Rounds,
    failed: u64,
}

impl Readings {
    fn add(&mut self, load: &Load, count: usize) -> String {
        let latencies = &load.outcome.latencies;
        let cpu = load.cpu.as_secs_f64() * 1000.0 / count as f64;
        self.p50.add(latencies.ms(0.5));
        self.p99.add(latencies.ms(0.99));
        self.p999.add(latencies.ms(0.999));
        self.cpu.add(cpu);
        self.failed += load.outcome.failed;
        format!(
            "p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms, the driver late by {:.2} ms (p99), {cpu:.3} s CPU for 1000",
            latencies.ms(0.5),
            latencies.ms(0.99),
            latencies.longest_ms(),
            load.outcome.late.ms(0.99),
        )
    }
}

/// Both sides at one rate.
struct Rate {
    per_second: u32,
    gateway: Readings,
    floor: Readings,
}

impl Rate {
    fn figures(&self) -> Vec<Figure> {
        let Self { per_second, gateway, floor } = self;
        let of = |what: &str| format!("{per_second}/s: {what}");
        let figure = |what, rounds: &Rounds, unit| Figure::median(NAME, of(what), rounds, unit);
        let (cpu, p99) = (gateway.cpu.over(&floor.cpu), gateway.p99.over(&floor.p99));
        vec![
            figure("p50", &gateway.p50, "ms"),
            figure("p99", &gateway.p99, "ms").gate(Gate::AtMost(30.0)),
            figure("p99.9", &gateway.p999, "ms"),
            Figure::once(NAME, of("answers other than 2xx"), gateway.failed as f64, "").gate(Gate::AtMost(0.0)),
            figure("CPU for 1000 requests", &gateway.cpu, "s"),
            figure("bare handler: p50", &floor.p50, "ms"),
            figure("bare handler: p99", &floor.p99, "ms"),
            figure("bare handler: p99.9", &floor.p999, "ms"),
            figure("bare handler: CPU for 1000 requests", &floor.cpu, "s"),
            figure("p99 over the bare handler's", &p99, "times").gate(Gate::AtMost(2.0)),
            figure("CPU over the bare handler's", &cpu, "times").gate(Gate::AtMost(1.3)),
        ]
    }
}

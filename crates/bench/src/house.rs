//! Everything one measure needs around the programs it measures: a Redis of its own, the sandbox, settings.

use std::net::SocketAddr;

use anyhow::Context as _;
use domain::clock::{Clock, SystemClock};
use domain::ids::{ConversationId, SellerId, UserId};
use domain::message::{Content, Message, Side};
use futures::{StreamExt, TryStreamExt, stream};
use queue::Queue;
use sandbox::avito::{Buyer, ChatPreset, Listing, Signature};
use sandbox::redis::RedisServer;
use sandbox::{Sandbox, SandboxConfig};
use tempfile::TempDir;

use crate::context::Context;
use crate::process::{Program, free_address};
use crate::redis_view::RedisView;
use crate::shop::{SIGNATURE_SECRET, SellerNumber, Shop, listen};

/// How many messages are put into the queue at the same time where only the result counts.
const AT_ONCE: usize = 64;

/// A Redis, the sandbox and settings. Dropped, all of it is gone.
pub(crate) struct House {
    pub(crate) redis: RedisServer,
    pub(crate) sandbox: Sandbox,
    pub(crate) shop: Shop,
    directory: TempDir,
}

impl House {
    /// Opens one; `operator` are settings that differ from the defaults.
    ///
    /// # Errors
    /// When a part does not come up.
    pub(crate) async fn open(sellers: usize, operator: &str) -> anyhow::Result<Self> {
        let redis = RedisServer::launch(&[])?;
        let mut world = SandboxConfig::demo();
        world.avito.signature = Some(Signature::with_secret(SIGNATURE_SECRET));
        let sandbox = Sandbox::start(world).await.context("starting the sandbox")?;
        let directory = tempfile::Builder::new().prefix("salesphere-bench-").tempdir()?;
        let shop = Shop::open(directory.path(), &redis.url(), &sandbox, sellers, operator)?;
        Ok(Self { redis, sandbox, shop, directory })
    }

    /// Starts a gateway and waits until it takes webhooks to Redis.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) fn gateway(&self, context: &Context) -> anyhow::Result<(Program, SocketAddr)> {
        self.start(context, "gateway", "GATEWAY")
    }

    /// Starts a worker and waits until it fetches.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) fn worker(&self, context: &Context) -> anyhow::Result<Program> {
        Ok(self.start(context, "worker", "WORKER")?.0)
    }

    fn start(&self, context: &Context, name: &str, section: &str) -> anyhow::Result<(Program, SocketAddr)> {
        let address = free_address()?;
        let arguments = self.shop.arguments();
        let environment = [listen(section, address)];
        let program = context.program(name)?;
        let mut program = Program::start(&program, &arguments, &environment, self.directory.path())?;
        program.wait_for(address, "/readyz")?;
        Ok((program, address))
    }

    /// Starts the bare handler and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up.
    pub(crate) fn floor(&self) -> anyhow::Result<(Program, SocketAddr)> {
        let address = free_address()?;
        let own = std::env::current_exe().context("finding out where this program is")?;
        let mut arguments = vec!["floor".to_owned(), "--listen".to_owned(), address.to_string()];
        arguments.extend(self.shop.arguments());
        let mut program = Program::start(&own, &arguments, &[], self.directory.path())?;
        program.wait_for(address, "/healthz")?;
        Ok((program, address))
    }

    /// The queue, for putting messages in and looking at it.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub(crate) async fn queue(&self) -> anyhow::Result<Queue> {
        Ok(Queue::connect(&self.shop.settings.redis, &self.shop.settings.queue).await?)
    }

    /// A look into Redis itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn view(&self) -> anyhow::Result<RedisView> {
        RedisView::open(&self.redis.url()).await
    }

    /// Registers the gateway with the sandbox's Avito.
    ///
    /// # Errors
    /// When the gateway does not answer the probe.
    pub(crate) async fn subscribe(&self, gateway: SocketAddr) -> anyhow::Result<()> {
        let seller = SellerNumber(0);
        let url = format!("http://{gateway}/webhook/avito/{}", seller.webhook_token());
        Ok(self.sandbox.avito.subscribe(seller.account(), &url).await?)
    }

    /// Opens chats about the red bag, each with a buyer of its own.
    ///
    /// # Errors
    /// When the sandbox does not let us.
    pub(crate) fn open_chats(&self, count: usize) -> anyhow::Result<Vec<String>> {
        (0..count).map(|number| self.open_chat(number, None)).collect()
    }

    /// Opens the `number`-th chat about the red bag, under this id if one is given. Returns the id.
    ///
    /// # Errors
    /// When the sandbox does not let us.
    pub(crate) fn open_chat(&self, number: usize, id: Option<String>) -> anyhow::Result<String> {
        Ok(self.sandbox.avito.open_chat(ChatPreset {
            id,
            account: None,
            buyer: Buyer { id: 121_200_000 + number as u64, name: "Анна".to_owned() },
            listing: Some(Listing {
                id: 3_363_700_001, title: "Сумка красная кожаная".to_owned(), price: 3500
            }),
        })?)
    }
}

/// A message of the buyer in `chat`, whose text is `text`.
///
/// # Errors
/// When `chat` cannot be a chat's id.
pub(crate) fn message(seller: SellerNumber, chat: &str, text: &str) -> anyhow::Result<Message> {
    let seller: SellerId = seller.name().parse()?;
    let now_ms = SystemClock.now_ms();
    Ok(Message {
        id: format!("{:032x}", rand::random::<u128>()).parse()?,
        conversation: ConversationId { seller, chat: chat.parse()? },
        side: Side::Buyer,
        author: UserId(121_180_001),
        created_s: now_ms / 1000,
        received_ms: now_ms,
        item: None,
        content: Content::Text { text: text.to_owned() },
    })
}

/// Puts many messages into the queue as fast as they go.
///
/// # Errors
/// When Redis does not answer.
pub(crate) async fn enqueue_all(queue: &Queue, messages: Vec<Message>) -> anyhow::Result<()> {
    let each = messages.into_iter().map(|message| async move { queue.enqueue(&message).await });
    stream::iter(each).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    Ok(())
}

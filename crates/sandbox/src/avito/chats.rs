//! The list of chats, and one chat.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State as Shared};
use serde_json::{Value, json};

use super::caller::Caller;
use super::chat::{Chat, Texts};
use super::fault::{Fault, Point};
use super::query::{Page, Pairs, values};
use super::refusal::Refusal;
use super::state::State;
use super::world::{Paywall, World};

/// `GET /messenger/v2/accounts/{user}/chats`: those with the newest message first.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    Query(query): Query<Pairs>,
) -> Result<Json<Value>, Refusal> {
    let page = Page::parse(&query)?;
    let wanted = Wanted::parse(&query)?;
    let chats = state.look(|world| {
        let mut chats: Vec<&Chat> =
            world.chats.values().filter(|chat| chat.account == caller.account && wanted.has(chat)).collect();
        chats.sort_by_key(|chat| (std::cmp::Reverse(chat.messages.last().map(|last| last.at_ms)), chat.id.clone()));
        page.of(chats.into_iter()).into_iter().map(|chat| describe(world, chat)).collect::<Vec<_>>()
    });
    Ok(Json(json!({"chats": chats})))
}

/// `GET /messenger/v2/accounts/{user}/chats/{chat}`.
pub(super) async fn one(Shared(state): Shared<Arc<State>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let described = state.change(|world| {
        let chat = world.chat(&caller.chat).filter(|chat| chat.account == caller.account)?;
        let mut described = describe(world, chat);
        if world.draw(Point::Description, Some(&caller.chat)) == Some(Fault::ChatFieldsMissing) {
            described = json!({"id": caller.chat, "users": [{"id": caller.account}]});
        }
        Some(described)
    });
    described.map(Json).ok_or_else(|| Refusal::not_found("chat"))
}

fn describe(world: &World, chat: &Chat) -> Value {
    let account = world.account(chat.account);
    let name = account.map_or("", |found| found.account.name.as_str());
    let unpaid = account.is_some_and(|found| found.paywall == Paywall::Unpaid);
    chat.to_json(name, if unpaid { Texts::Hidden } else { Texts::Shown })
}

/// Which chats are wanted.
struct Wanted {
    unread: Unread,
    items: Vec<u64>,
    types: Vec<String>,
}

#[derive(PartialEq, Eq)]
enum Unread {
    Only,
    Either,
}

impl Wanted {
    fn parse(query: &Pairs) -> Result<Self, Refusal> {
        let unread = match values(query, "unread_only").first() {
            None | Some(&"false") => Unread::Either,
            Some(&"true") => Unread::Only,
            Some(_) => return Err(Refusal::field("unread_only", "must be true or false")),
        };
        let items: Result<_, _> = values(query, "item_ids").into_iter().map(str::parse).collect();
        let items = items.map_err(|_| Refusal::field("item_ids", "must be numbers"))?;
        let types: Vec<String> = values(query, "chat_types").into_iter().map(str::to_owned).collect();
        if let Some(unknown) = types.iter().find(|kind| !["u2i", "u2u", "a2u"].contains(&kind.as_str())) {
            return Err(Refusal::field("chat_types", &format!("unknown type {unknown}")));
        }
        Ok(Self { unread, items, types })
    }

    /// Where nothing is said about types, chats about listings: the API text's default.
    fn has(&self, chat: &Chat) -> bool {
        let kind = chat.chat_type();
        let of_type =
            if self.types.is_empty() { kind == "u2i" } else { self.types.iter().any(|wanted| wanted == kind) };
        let of_item = self.items.is_empty() || chat.listing.as_ref().is_some_and(|of| self.items.contains(&of.id));
        of_type && of_item && (self.unread == Unread::Either || chat.is_unread())
    }
}

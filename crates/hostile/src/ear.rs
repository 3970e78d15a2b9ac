//! Hears what the model says, while a conversation is played: the judge wants to know which of its words were meant
//! well, and what would have gone out without the checks. It passes everything on unchanged.

use std::cell::RefCell;

use futures::future::BoxFuture;
use llm::{ChatAnswer, ChatModel, ChatRequest, ModelError, OpenAiModel};

tokio::task_local! {
    static HEARD: RefCell<Vec<Heard>>;
}

/// One answer of the model.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The schema's name: `routing` or `wording`.
    pub job: &'static str,
    /// What the model was up to, in its own word; `honest` is honest.
    pub aim: String,
    /// The wording's text, or the whole answer.
    pub text: String,
}

impl Heard {
    /// Whether it was meant well.
    pub fn is_honest(&self) -> bool {
        self.aim == "honest"
    }
}

/// A model that is listened to.
pub(crate) struct Ear(pub(crate) OpenAiModel);

impl ChatModel for Ear {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>> {
        Box::pin(async move {
            let job = request.schema.name;
            let answer = self.0.chat(request).await;
            if let Ok(answer) = &answer {
                let aim = answer.model.rsplit_once('/').map_or("", |(_, aim)| aim).to_owned();
                let text = answer.json["text"].as_str().unwrap_or(&answer.text).trim().to_owned();
                HEARD.with(|heard| heard.borrow_mut().push(Heard { job, aim, text }));
            }
            answer
        })
    }

    fn shows_probabilities(&self) -> bool {
        self.0.shows_probabilities()
    }
}

/// Does `work` and tells what the model said meanwhile.
pub(crate) async fn listening<T>(work: impl Future<Output = T>) -> (T, Vec<Heard>) {
    HEARD
        .scope(RefCell::default(), async {
            let done = work.await;
            (done, HEARD.with(|heard| heard.take()))
        })
        .await
}

//! What is played is what was said.

use llm::Schema;
use serde_json::json;

use super::*;

/// Says what it is asked, with probabilities, and counts how often.
#[derive(Default)]
struct Parrot(Mutex<u32>);

impl ChatModel for Parrot {
    fn chat(&self, request: ChatRequest) -> BoxFuture<'_, Result<ChatAnswer, ModelError>> {
        *self.0.lock().unwrap() += 1;
        let token = |text: &str, top: &[(&str, f64)]| TokenProb {
            token: text.to_owned(),
            logprob: -0.123_456,
            top: top.iter().map(|(text, logprob)| ((*text).to_owned(), *logprob)).collect(),
        };
        let said = json!({ "intent": "other", "flag": "none", "echo": request.user });
        let answer = match request.user.as_str() {
            "late" => Err(ModelError::Late { within: Duration::ZERO }),
            "broken" => Err(ModelError::Fail { why: "it is empty".into() }),
            _ => Ok(ChatAnswer {
                text: format!("```{said}```"),
                json: said,
                usage: Usage { calls: 1, prompt_tokens: 30, cached_tokens: 20, completion_tokens: 4 },
                tokens: Some(vec![
                    token("{\"intent\":", &[("x", -1.0)]),
                    token(" \"other", &[(" \"other", -0.111_111), (" \"stock", -2.5)]),
                    token("\",\"flag\":\"", &[("y", -1.0)]),
                    token("none", &[("none", -0.2)]),
                    token("\",\"echo", &[("z", -1.0)]),
                ]),
                model: "parrot-1".into(),
            }),
        };
        Box::pin(async { answer })
    }

    fn shows_probabilities(&self) -> bool {
        true
    }
}

fn request(user: &str) -> ChatRequest {
    ChatRequest {
        system: "Say it again.".into(),
        user: user.into(),
        schema: Schema { name: "routing", schema: json!({ "type": "object" }) },
        within: Duration::from_secs(1),
    }
}

fn tape(path: &Path, mode: Mode) -> (Taped, Arc<Parrot>) {
    let parrot = Arc::new(Parrot::default());
    (Taped::open(path, mode, "parrot", parrot.clone()).unwrap(), parrot)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

#[test]
fn an_answer_is_played_as_it_was_given_and_the_model_is_asked_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("recorded").join("parrot.jsonl");
    let (recording, parrot) = tape(&path, Mode::Record);
    let given = run(recording.chat(request("красная есть?"))).unwrap();
    run(recording.chat(request("красная есть?"))).unwrap();
    assert_eq!(*parrot.0.lock().unwrap(), 1);
    assert!(run(recording.chat(request("broken"))).is_err() && run(recording.chat(request("late"))).is_err());

    let (playing, parrot) = tape(&path, Mode::Play);
    let played = run(playing.chat(request("красная есть?"))).unwrap();
    assert_eq!((&played.json, &played.text, played.usage), (&given.json, &given.text, given.usage));
    let tokens = played.tokens.unwrap();
    assert_eq!(tokens.len(), 4, "what comes after the flag is not kept");
    assert_eq!(tokens[1].top, [(" \"other".to_owned(), -0.1111), (" \"stock".to_owned(), -2.5)]);
    assert_eq!((&tokens[2].top, &tokens[3].top), (&vec![], &vec![("none".to_owned(), -0.2)]));

    let broken = run(playing.chat(request("broken"))).unwrap_err().to_string();
    assert!(broken.contains("it is empty"), "{broken}");
    assert_eq!(playing.missing(), 0);
    for unknown in ["late", "красная есть"] {
        assert!(run(playing.chat(request(unknown))).unwrap_err().to_string().contains("not recorded"));
    }
    assert_eq!((playing.missing(), *parrot.0.lock().unwrap()), (2, 0));
}

#[test]
fn another_prompt_model_or_schema_is_another_question() {
    let one = key("m", &request("a"));
    assert_eq!(one, key("m", &request("a")));
    let other_prompt = ChatRequest { system: "Say it once more.".into(), ..request("a") };
    let other_schema = ChatRequest { schema: Schema { name: "routing", schema: json!({}) }, ..request("a") };
    for other in [key("n", &request("a")), key("m", &request("b")), key("m", &other_prompt), key("m", &other_schema)] {
        assert_ne!(one, other);
    }
}

#[test]
fn the_time_of_the_model_is_told_as_it_was_then() {
    let (_, none) = run(timed(async {}));
    assert_eq!(none, Duration::ZERO);
    let (_, some) = run(timed(async { took(Duration::from_millis(70)) }));
    assert_eq!(some, Duration::from_millis(70));
    took(Duration::from_secs(1));
}

#[test]
fn a_model_has_one_file() {
    assert_eq!(file_name("qwen/Qwen2.5:1.5b"), "qwen-Qwen2.5-1.5b.jsonl");
}

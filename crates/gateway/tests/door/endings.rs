//! A body that never ends, and the end of the process.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{House, PATIENCE, REQUIRE};
use crate::post::question;

#[tokio::test]
async fn a_body_that_never_ends_is_answered_in_time() {
    let house = House::open(REQUIRE).await;
    let began = Instant::now();
    let mut stream = TcpStream::connect(&house.door.address).await.unwrap();
    let half = "POST /webhook/avito HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{";
    stream.write_all(half.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let read = tokio::time::timeout(2 * PATIENCE, stream.read(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 503"), "{:?}", &answer[..read]);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn it_ends_when_asked_though_somebody_holds_a_connection() {
    let mut house = House::open(REQUIRE).await;
    assert_eq!(house.receives(&question()).await, 200);
    let mut stream = TcpStream::connect(&house.door.address).await.unwrap();
    stream.write_all(b"POST /webhook/avito HTTP/1.1\r\nhost:").await.unwrap();

    house.shutdown.trigger();
    tokio::time::timeout(Duration::from_secs(5), house.ended()).await.unwrap();
    assert!(TcpStream::connect(&house.door.address).await.is_err());
    house.only_message().await;
}

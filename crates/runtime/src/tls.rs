//! The one TLS implementation of the process: rustls with ring. Not here: certificates, see [`crate::http`].

/// Make ring the process's TLS provider. Every constructor of a client calls this first: without a provider
/// the first client panics. Calling it again does nothing.
pub fn tls() {
    // The only error is that somebody was quicker, and there is no other provider in our build.
    let _already = rustls::crypto::ring::default_provider().install_default();
}

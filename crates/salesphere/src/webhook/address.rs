//! The addresses that webhooks go to: ours, whose one is, and how much of one may be shown.
//!
//! An address ends in a secret, another program's perhaps too: none is ever printed whole.

use secrecy::ExposeSecret;
use settings::{Door, GatewaySettings, SellerSettings, SignatureMode};
use url::Url;

/// The path below which the gateway listens.
const PATH: [&str; 2] = ["webhook", "avito"];

/// A part of a path that is this long is taken for a secret.
const SECRET_CHARS: usize = 16;

const MASK: &str = "***";

/// Whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This seller's, at our gateway.
    Ours,
    /// Ours by its path, but not where the gateway is said to be.
    OursElsewhere,
    /// Another program's, or one that our gateway would refuse.
    Another,
}

/// This seller's address at the gateway that Avito reaches at `public`.
pub(crate) fn of(seller: &SellerSettings, public: &Url) -> Url {
    let mut url = public.clone();
    // An address that cannot have a path is no http address, and settings let no other in.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(PATH).extend(token(seller));
    }
    url
}

/// Whose `url` is. While nobody says where Avito reaches the gateway, the path alone must tell.
pub(crate) fn whose(url: &str, seller: &SellerSettings, gateway: &GatewaySettings) -> Whose {
    let Ok(url) = url.parse::<Url>() else { return Whose::Another };
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    // Whoever has the token has it from us.
    let by_token = token(seller).is_some_and(|token| parts.last() == Some(&token));
    // An address without one lets Avito in only where another gate is in force, or none.
    let without = gateway.signature.mode == SignatureMode::Require || gateway.door == Door::Open;
    if !(by_token || without && parts.ends_with(&PATH)) {
        return Whose::Another;
    }
    match &gateway.public_url {
        Some(public) if url.origin() != public.origin() || !url.path().starts_with(public.path()) => {
            Whose::OursElsewhere
        }
        _ => Whose::Ours,
    }
}

/// As much of an address as may be seen.
pub(crate) fn shown(url: &str) -> String {
    let Ok(mut url) = url.parse::<Url>() else { return "an address that cannot be read".to_owned() };
    let parts: Vec<String> = url.path_segments().into_iter().flatten().map(str::to_owned).collect();
    let masked = parts.iter().map(|part| if part.chars().count() >= SECRET_CHARS { MASK } else { part });
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().extend(masked);
    }
    if url.query().is_some() {
        url.set_query(Some(MASK));
    }
    // An http address takes a login, or rather none.
    let _cannot_fail = (url.set_username(""), url.set_password(None));
    url.set_fragment(None);
    url.to_string()
}

fn token(seller: &SellerSettings) -> Option<&str> {
    seller.avito.webhook_token.as_ref().map(ExposeSecret::expose_secret)
}

#[cfg(test)]
mod tests {
    use settings::LoadOptions;

    use super::*;

    const SELLER: &str = "name = \"Лавка\"\nsheet_id = \"x\"\ntelegram_chat = 1\n[avito]\naccount = 1\nclient_id = \"i\"\n\
                          client_secret = \"s\"\nwebhook_token = \"0123456789abcdef\"";

    fn load(operator: &str) -> settings::Settings {
        let usual = "avito.base_url = \"http://a/\"\nllm.base_url = \"http://a/\"\nllm.router.model = \"m\"\n\
                     llm.wording.model = \"m\"\nsheets.base_url = \"http://a/\"\ntelegram.token = \"1:a\"\n";
        settings::load(LoadOptions::inline(&format!("{usual}{operator}"), &[("shop", SELLER)])).unwrap()
    }

    #[test]
    fn an_address_is_ours_by_its_token_and_by_its_place() {
        let public = "gateway.public_url = \"https://bot.example/in\"";
        let signed = "gateway.signature.mode = \"require\"\ngateway.signature.secret = \"k\"";
        for (operator, url, expected) in [
            (public, "https://bot.example/in/webhook/avito/0123456789abcdef", Whose::Ours),
            (public, "https://old.example/webhook/avito/0123456789abcdef", Whose::OursElsewhere),
            (public, "https://bot.example/webhook/avito/0123456789abcdef", Whose::OursElsewhere),
            (public, "https://bot.example/in/webhook/avito/another-token-of-16", Whose::Another),
            (public, "https://bot.example/in/webhook/avito", Whose::Another),
            (public, "https://crm.example/avito", Whose::Another),
            (public, "no address", Whose::Another),
            ("", "https://any.example/webhook/avito/0123456789abcdef", Whose::Ours),
            ("", "https://any.example/webhook/avito", Whose::Another),
            (signed, "https://any.example/webhook/avito", Whose::Ours),
            (signed, "https://any.example/webhook/avito/another-token-of-16", Whose::Another),
        ] {
            let settings = load(operator);
            assert_eq!(whose(url, &settings.sellers[0], &settings.gateway), expected, "{url} with {operator}");
        }
        let settings = load(public);
        let url = of(&settings.sellers[0], settings.gateway.public_url.as_ref().unwrap());
        assert_eq!(url.as_str(), "https://bot.example/in/webhook/avito/0123456789abcdef");
    }

    #[test]
    fn no_secret_of_an_address_is_shown() {
        for (url, expected) in [
            ("https://bot.example/webhook/avito/0123456789abcdef", "https://bot.example/webhook/avito/***"),
            ("https://me:pw@crm.example/hook?key=1#x", "https://crm.example/hook?***"),
            ("https://crm.example", "https://crm.example/"),
            ("so what", "an address that cannot be read"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}

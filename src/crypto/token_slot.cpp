// Slots that a key in a PKCS#11 token opens, for who has the token and knows its PIN. The secret is an HMAC that the
// token computes: over LP("sv1.slot.p11") || vault id || salt. Params: LP(token label) || LP(serial number) ||
// LP(CKA_ID) || u8(1) || 32 salt. Label and serial number both have to be the token's.
#include "base/integrity_failure.hpp"
#include "crypto/padding.hpp"
#include "crypto/slot_kinds.hpp"
#include "crypto/token_module.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace rookery::crypto {
namespace {

constexpr std::string_view hmac_label = "sv1.slot.p11";
constexpr std::uint8_t hmac_sha256 = 1;
constexpr std::size_t label_max = 32;
constexpr std::size_t serial_max = 16;
constexpr std::size_t id_max = 64;

struct TokenParams {
    TokenKey key;
    ByteArray<32> salt{};
};

Bytes serialise(const TokenParams& params) {
    ByteWriter out;
    out.lp(params.key.token_label).lp(params.key.token_serial).lp(params.key.id);
    out.u8(hmac_sha256).bytes(params.salt);
    return std::move(out).take();
}

bool is_name(ByteView text, std::size_t most) {
    return !text.empty() && text.size() <= most && count_code_points(text);
}

Result<TokenParams> parse_token_params(ByteView bytes) {
    ByteReader in(bytes);
    const auto label = in.lp();
    const auto serial = in.lp();
    const auto id = in.lp();
    const auto mechanism = in.u8();
    TokenParams out;
    out.salt = in.array<32>();
    if (!in.done() || mechanism != hmac_sha256 || !is_name(label, label_max) ||
        !is_name(serial, serial_max) || id.empty() || id.size() > id_max) {
        return integrity_failure();
    }
    out.key = {std::string(text_of(label)), std::string(text_of(serial)), {id.begin(), id.end()}};
    return out;
}

/// "LABEL:ID", the id in hex digits. A label may hold colons.
Result<TokenKey> parse_key_name(std::string_view word) {
    const auto colon = word.rfind(':');
    const auto label = word.substr(0, colon);
    const auto id =
        colon == std::string_view::npos ? std::nullopt : from_hex(word.substr(colon + 1));
    if (!id || id->empty() || id->size() > id_max || !is_name(bytes_of(label), label_max)) {
        return fail(
            Errc::usage,
            "which key of which token is meant is not understood",
            "LABEL:ID, the token's label and the key's id in hex digits, as pkcs11-tool shows them"
        );
    }
    return TokenKey{std::string(label), {}, *id};
}

class TokenOffer final : public SlotOffer {
 public:
    /// `name`: of a new slot's key; empty to open one.
    TokenOffer(std::filesystem::path module, SecretBytes pin, std::string name)
        : module_(std::move(module)), pin_(std::move(pin)), name_(std::move(name)) {}

    [[nodiscard]] const SlotKind& kind() const override { return token_slot; }

    [[nodiscard]] std::string label() const override {
        return name_.empty() ? "token" : name_.substr(0, name_.rfind(':'));
    }

    [[nodiscard]] Result<Bytes> new_params(Random& random) const override {
        if (name_.empty()) {
            return fail(
                Errc::usage,
                "which key of the token is to open the vault is not said",
                "name it with --token-key LABEL:ID"
            );
        }
        TokenParams params;
        ROOKERY_TRY(params.key, parse_key_name(name_));
        ROOKERY_TRY(params.key.token_serial, serial_of_token(module_, params.key.token_label));
        random.fill(params.salt);
        auto out = serialise(params);
        ROOKERY_CHECK(parse_token_params(out));
        return out;
    }

    [[nodiscard]] Result<SecretOf> read() const override {
        ROOKERY_CHECK(load_token_module(module_));
        return SecretOf([this](const Uuid& vault, ByteView bytes) -> Result<SlotSecret> {
            ROOKERY_TRY(const auto params, parse_token_params(bytes));
            return secret_of(vault, params);
        });
    }

 private:
    /// A PIN that a token has refused is not tried on it again, however many slots are of it: it would lock itself.
    [[nodiscard]] Result<SlotSecret> secret_of(const Uuid& vault, const TokenParams& params) const {
        const auto token = std::pair(params.key.token_label, params.key.token_serial);
        if (const auto refused = refused_.find(token); refused != refused_.end()) {
            return fail(refused->second);
        }
        ByteWriter input;
        input.lp(hmac_label).bytes(vault.bytes).bytes(params.salt);
        auto secret = token_hmac(module_, pin_, params.key, std::move(input).take());
        if (!secret && secret.error().code == Errc::wrong_secret) {
            refused_.emplace(token, secret.error());
        }
        return secret;
    }

    std::filesystem::path module_;
    SecretBytes pin_;
    std::string name_;
    mutable std::map<std::pair<std::string, std::string>, Error> refused_;
};

constexpr SlotOption token_options[] = {
    {.name = "token_module",
     .form = SlotOption::Form::path,
     .about = "PKCS#11 module of the token that opens the vault, together with its PIN",
     .about_new = "PKCS#11 module of the token that opens the vault, together with its PIN",
     .part = true},
    {.name = "token_pin_file",
     .form = SlotOption::Form::secret_file,
     .about = "File with the token's PIN, mode 0600 or 0400",
     .about_new = "File with the token's PIN, mode 0600 or 0400",
     .part = true},
    {.name = "token_pin_credential",
     .form = SlotOption::Form::credential,
     .about = "The token's PIN as systemd credential of this name",
     .part = true},
    {.name = "token_key",
     .form = SlotOption::Form::word,
     .about_new = "Which key of which token: LABEL:ID, the id in hex digits",
     .part = true},
};

}  // namespace

constinit const SlotKind token_slot{
    .type = 4,
    .name = "token",
    .key_label = hmac_label,
    .wrong_hint = "its key is not the one that the slot was made with, or the slot was removed",
    .options = token_options,
    .check_params = [](ByteView params) -> Result<void> {
        ROOKERY_CHECK(parse_token_params(params));
        return {};
    },
    .describe =
        [](ByteView bytes) {
            const auto params = parse_token_params(bytes);
            if (!params) return std::string{};
            return "PKCS#11 token '" + params->key.token_label + "' with serial number " +
                   params->key.token_serial + ", key " + to_hex(params->key.id);
        },
    .offer = [](SlotGiven given) -> Result<std::unique_ptr<SlotOffer>> {
        if (given.path.empty() || given.secrets.size() != 1) {
            return fail(
                Errc::usage,
                "a token is offered with its module and one PIN",
                "--token-module FILE together with --token-pin-file FILE"
            );
        }
        return std::make_unique<TokenOffer>(
            std::move(given.path), std::move(given.secrets.front()), std::move(given.word)
        );
    },
    // The module is code that runs in the server: whoever brings a PIN does not choose it.
    .members = {.secret = "TokenPin", .word = "TokenKey"},
    .bring = [](SlotBrought brought) -> Result<std::unique_ptr<SlotOffer>> {
        if (brought.token_module.empty()) {
            return fail(
                Errc::unsupported, "This server has no token module: unseal.token_module names it."
            );
        }
        if (brought.secrets.size() != 1) {
            return fail(Errc::invalid_argument, "one PIN is brought at a time");
        }
        return std::make_unique<TokenOffer>(
            std::move(brought.token_module),
            std::move(brought.secrets.front()),
            std::move(brought.word)
        );
    },
};

}  // namespace rookery::crypto

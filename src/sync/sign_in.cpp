#include "sync/sign_in.hpp"

#include "base/percent_encode.hpp"
#include "base/secret_json.hpp"
#include "pipeline/push_code.hpp"
#include "sync/backoff.hpp"
#include "sync/challenge.hpp"

#include <algorithm>
#include <utility>

namespace rookery::sync {
namespace {

using std::chrono::seconds;

constexpr std::size_t token_bytes_max = std::size_t{16} << 10U;
constexpr seconds early{60};
constexpr seconds lifetime_min{10};  // an authority without sense is not asked for every record
constexpr seconds lifetime_max{24 * 3600};

namespace push_code = messages::push_code;

SignedIn trouble(std::string why, std::string_view code = push_code::sign_in) {
    SignedIn out;
    out.why = std::move(why);
    out.code = code;
    return out;
}

SignedIn no_answer(std::string_view who, const Answer& answer) {
    auto out = trouble(
        "no answer from " + std::string{who} + ": " + std::string{answer.trouble},
        push_code::network
    );
    out.stopped = answer.stopped;
    return out;
}

bool is_bearer(const SecretBytes& type) {
    return type.expose([](ByteView bytes) {
        constexpr std::string_view word = "bearer";
        return std::equal(bytes.begin(), bytes.end(), word.begin(), word.end(), [](auto a, char b) {
            return (a | 0x20U) == static_cast<std::uint8_t>(b);
        });
    });
}

/// Visible ASCII without blanks: it must not be able to end its header line.
bool is_token(const SecretBytes& token) {
    return token.expose([](ByteView bytes) {
        return !bytes.empty() && bytes.size() <= token_bytes_max &&
               std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) {
                   return c > 0x20 && c < 0x7F;
               });
    });
}

}  // namespace

SignIn::SignIn(const SyncOptions& options, SecretBytes client_secret, const Clock& clock)
    : origin_(options.url),
      authorities_(options.authorities),
      client_id_(options.client_id),
      client_secret_(std::move(client_secret)),
      clock_(clock) {}

SignedIn SignIn::token(OrganizationClient& organization) {
    const auto before = attempts_.load();
    const MutexLock lock(mutex_);
    if (token_ && clock_.now() < token_->good_until) {
        SignedIn out;
        out.token = token_;
        return out;
    }
    // Whoever waited here while another was refused is refused with him.
    if (attempts_ != before && !last_.why.empty()) return last_;
    token_.reset();
    last_ = sign_in(organization);
    token_ = std::exchange(last_.token, nullptr);
    ++attempts_;
    auto out = last_;
    out.token = token_;
    return out;
}

void SignIn::reject(const std::shared_ptr<const AccessToken>& token) {
    const MutexLock lock(mutex_);
    if (token_ == token) token_.reset();
}

SecretBytes SignIn::form() const {
    auto out = SecretBytes::copy_of("grant_type=client_credentials&client_id=");
    append_percent_encoded(out, bytes_of(client_id_));
    out.append(bytes_of("&client_secret="));
    client_secret_.expose([&](ByteView secret) { append_percent_encoded(out, secret); });
    out.append(bytes_of("&scope="));
    append_percent_encoded(out, bytes_of(origin_ + "/.default"));
    return out;
}

SignedIn SignIn::sign_in(OrganizationClient& organization) const {
    const auto asked = organization.call("GET", "/api/data/v9.2/WhoAmI", nullptr);
    if (asked.arrival != Arrival::answered) return no_answer("the organization", asked);
    const auto challenge = asked.status == 401 ? parse_challenge(asked.authenticate) : std::nullopt;
    if (!challenge) {
        auto out = trouble(
            "the organization gives no challenge to sign in (status " +
            std::to_string(asked.status) + ")"
        );
        out.wait = parse_retry_after(asked.retry_after, clock_.now());
        return out;
    }
    if (challenge->resource != HttpsUrl{origin_, ""}) {
        return trouble("the organization names a resource that is not sync.url");
    }
    const auto authority =
        std::find(authorities_.begin(), authorities_.end(), challenge->authority.text());
    if (authority == authorities_.end()) {
        return trouble("the organization names an authority that is not in sync.authorities");
    }

    const auto answer = organization.post_form(*authority + "/oauth2/v2.0/token", form());
    if (answer.arrival != Arrival::answered) return no_answer("the authority", answer);
    if (answer.status != 200) {
        auto out = trouble(
            "the authority refuses the client (status " + std::to_string(answer.status) + ")"
        );
        out.wait = parse_retry_after(answer.retry_after, clock_.now());
        return out;
    }
    const auto token = secret_member(answer.text(), "access_token");
    const auto type = secret_member(answer.text(), "token_type");
    const auto lifetime = number_member(answer.text(), "expires_in");
    if (!token || !type || !lifetime || !is_bearer(*type) || !is_token(*token)) {
        return trouble("the authority's answer is not a bearer token");
    }
    auto made = std::make_shared<AccessToken>();
    made->authorization = SecretBytes::copy_of("Authorization: Bearer ");
    token->expose([&](ByteView bytes) { made->authorization.append(bytes); });
    made->authorization.append(bytes_of(std::string_view{"\0", 1}));
    made->good_until =
        clock_.now() + std::clamp(seconds{*lifetime} - early, lifetime_min, lifetime_max);
    SignedIn out;
    out.token = std::move(made);
    return out;
}

}  // namespace rookery::sync

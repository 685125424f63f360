#include "http/seal_answers.hpp"

#include "base/errc.hpp"
#include "base/secret_json.hpp"
#include "crypto/slot_kinds.hpp"

#include <string>

namespace rookery::http {
namespace {

constexpr std::string_view sealed_code = "rky_Sealed";
constexpr std::string_view sealed_text =
    "The vault is sealed: it answers nothing before it is unsealed (rookery unseal).";

void set_json(Response& out) {
    out.set("Content-Type", "application/json; odata.metadata=minimal");
    out.set("OData-Version", "4.0");
    out.set("Cache-Control", "no-cache, no-store");
}

Response error(int status, std::string_view code, std::string_view message) {
    Response out;
    out.status = status;
    set_json(out);
    if (status == 429) out.set("Retry-After", "1");
    if (status == 503) out.set("Retry-After", "10");
    if (status == 405) out.set("Allow", "POST");
    append_text(out.body, R"({"error":{"code":)");
    append_json_string(out.body, code);
    append_text(out.body, R"(,"message":)");
    append_json_string(out.body, message);
    append_text(out.body, "}}");
    return out;
}

/// What an operator's own errors are on this wire: who unseals is one.
int status_of(Errc code) {
    switch (code) {
        case Errc::wrong_secret:
        case Errc::not_found:
            return 403;
        case Errc::in_use:
            return 503;
        default:
            return info(code).http_status;
    }
}

/// Shares come one by one, from several people: they have a member of their own.
bool comes_alone(const crypto::SlotKind& kind) {
    return kind.bring != nullptr && kind.members.form != crypto::SlotMembers::Form::texts;
}

crypto::BroughtWay way_in(std::string_view body) {
    crypto::BroughtWay out;
    for (const auto* kind : crypto::slot_kinds) {
        if (!comes_alone(*kind)) continue;
        auto secret = secret_member(body, kind->members.secret);
        if (!secret) continue;
        out.parts.push_back({kind, {}});
        out.parts.back().brought.secrets.push_back(std::move(*secret));
    }
    return out;
}

std::string names_of_ways() {
    std::string out;
    for (const auto* kind : crypto::slot_kinds) {
        if (!comes_alone(*kind)) continue;
        if (!out.empty()) out += ", ";
        out += "{\"" + std::string(kind->members.secret) + "\": \"…\"}";
    }
    return out;
}

}  // namespace

Response seal_status(const SealStatus& status) {
    Response out;
    set_json(out);
    append_text(out.body, status.sealed ? R"({"Sealed":true)" : R"({"Sealed":false)");
    append_text(out.body, ",\"SharesGiven\":" + std::to_string(status.shares.given));
    append_text(out.body, ",\"SharesNeeded\":" + std::to_string(status.shares.needed));
    append_text(out.body, status.by_request ? R"(,"ByRequest":true})" : R"(,"ByRequest":false})");
    return out;
}

Response sealed() { return error(503, sealed_code, sealed_text); }

Response health_of_sealed(bool ready) {
    Response out;
    out.set("Content-Type", "text/plain; charset=utf-8");
    out.set("Cache-Control", "no-store");
    if (ready) out.status = 503;
    append_text(out.body, ready ? "the vault is sealed\n" : "ok\n");
    return out;
}

Response unseal_failed(const Error& failure) {
    auto message = failure.message;
    if (!failure.hint.empty()) message += ": " + failure.hint;
    return error(status_of(failure.code), info(failure.code).dataverse_code, message);
}

Result<UnsealInput> read_unseal_input(const Request& request, std::size_t body_max) {
    if (request.method != "POST") {
        return fail(Errc::method_not_allowed, "What unseals the vault is sent with POST.");
    }
    // Which no page of another site can send without being asked for it.
    const auto* const type = request.header("Content-Type");
    if (type == nullptr || !std::string_view{*type}.starts_with("application/json")) {
        return fail(
            Errc::wrong_content_type, "What unseals the vault is sent as application/json."
        );
    }
    if (request.body.size() > body_max) {
        return fail(Errc::too_large, "What unseals the vault has at most 4096 bytes.");
    }
    auto way = way_in(request.body_text());
    auto share = secret_member(request.body_text(), "Share");
    const auto most = share ? 0 : crypto::BroughtWay::parts_max;
    if (way.parts.size() > most || (way.parts.empty() && !share)) {
        return fail(
            Errc::bad_payload,
            "Send {\"Share\": \"svs1…\"}, or one of " + names_of_ways() +
                ", or the two of a pair in one object."
        );
    }
    if (share) return UnsealInput{UnsealInput::Kind::share, std::move(*share), {}};
    return UnsealInput{UnsealInput::Kind::way, {}, std::move(way)};
}

}  // namespace rookery::http
